//! Counts calls of the operating system while it is told to: what is sent, looked up and started.
//!
//! The program has functions of its own by the names of the C library's, which count and then call
//! the C library's. So it needs no tool, and sees every client, those in C too.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering::Relaxed};

use libc::{addrinfo, iovec, msghdr, pthread_attr_t, pthread_t, size_t, sockaddr, socklen_t, ssize_t};
use serde::{Deserialize, Serialize};

static IS_ON: AtomicBool = AtomicBool::new(false);
static SENDS: AtomicU64 = AtomicU64::new(0);
static LOOK_UPS: AtomicU64 = AtomicU64::new(0);
static THREADS: AtomicU64 = AtomicU64::new(0);

/// What was called since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Writes to sockets, by whatever function.
    pub sends: u64,
    /// Look-ups of host names.
    pub look_ups: u64,
    /// Threads that were started.
    pub threads: u64,
}

pub fn start() {
    for counter in [&SENDS, &LOOK_UPS, &THREADS] {
        counter.store(0, Relaxed);
    }
    IS_ON.store(true, Relaxed);
}

/// Zeros, unless it was started.
pub fn stop() -> Calls {
    IS_ON.store(false, Relaxed);
    Calls { sends: SENDS.load(Relaxed), look_ups: LOOK_UPS.load(Relaxed), threads: THREADS.load(Relaxed) }
}

fn count(counter: &AtomicU64, is_meant: impl FnOnce() -> bool) {
    if IS_ON.load(Relaxed) && is_meant() {
        counter.fetch_add(1, Relaxed);
    }
}

/// Files and the queues of runtimes are written to by the same functions.
fn is_socket(file: c_int) -> bool {
    let (mut kind, mut length): (c_int, _) = (0, size_of::<c_int>() as socklen_t);
    // SAFETY: both pointers are to variables that live as long as the call, and the length is right.
    0 == unsafe {
        libc::getsockopt(file, libc::SOL_SOCKET, libc::SO_TYPE, (&raw mut kind).cast(), &raw mut length)
    }
}

macro_rules! counted {
    ($($counter:ident if $is_meant:expr => fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
            count(&$counter, || $is_meant);
            let mut real = REAL.load(Relaxed);
            if real.is_null() {
                let name = concat!(stringify!($name), "\0");
                // SAFETY: the name is a C string.
                real = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr().cast()) };
                assert!(!real.is_null(), "the C library has no such function");
                REAL.store(real, Relaxed);
            }
            // SAFETY: POSIX says that this is the function's type, and the arguments are the caller's.
            unsafe {
                let real: unsafe extern "C" fn($($type),*) -> $result = std::mem::transmute(real);
                real($($argument),*)
            }
        }
    )*};
}

type Start = extern "C" fn(*mut c_void) -> *mut c_void;

counted! {
    SENDS if is_socket(file) => fn write(file: c_int, bytes: *const c_void, length: size_t) -> ssize_t;
    SENDS if is_socket(file) => fn writev(file: c_int, slices: *const iovec, count: c_int) -> ssize_t;
    SENDS if true => fn send(file: c_int, bytes: *const c_void, length: size_t, flags: c_int) -> ssize_t;
    SENDS if true => fn sendmsg(file: c_int, message: *const msghdr, flags: c_int) -> ssize_t;
    SENDS if true => fn sendto(
        file: c_int, bytes: *const c_void, length: size_t, flags: c_int, to: *const sockaddr, to_length: socklen_t
    ) -> ssize_t;
    LOOK_UPS if true => fn getaddrinfo(
        node: *const c_char, service: *const c_char, hints: *const addrinfo, found: *mut *mut addrinfo
    ) -> c_int;
    THREADS if true => fn pthread_create(
        thread: *mut pthread_t, attributes: *const pthread_attr_t, start: Start, argument: *mut c_void
    ) -> c_int;
}
