//! Which log the file system allows.

use std::path::Path;

/// How SQLite makes a commit durable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Log {
    /// A write-ahead log beside the file: one flush per commit, and nobody who reads waits for who writes.
    WriteAhead,
    /// A rollback journal, which is there while somebody writes: five flushes per commit.
    Rollback,
}

impl Log {
    /// The name that SQLite has for it.
    pub(super) fn mode(self) -> &'static str {
        match self {
            Self::WriteAhead => "wal",
            Self::Rollback => "delete",
        }
    }

    /// The one for this file, which exists. All processes that use a write-ahead log share memory by a file beside
    /// it, and whether one sees what the other wrote there is up to the file system: those of networks and virtual
    /// machines cannot be relied on.
    pub(super) fn of(path: &Path) -> Self {
        if is_local(path) { Self::WriteAhead } else { Self::Rollback }
    }
}

/// By the kinds that are known. Any other may be slow, but not wrong.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_local(path: &Path) -> bool {
    const KINDS: [u32; 8] = [
        0x0000_ef53, // ext2, ext3, ext4
        0x5846_5342, // xfs
        0x9123_683e, // btrfs
        0x2fc1_2fc1, // zfs
        0xf2f5_2010, // f2fs
        0xca45_1a4e, // bcachefs
        0x794c_7630, // overlayfs
        0x0102_1994, // tmpfs
    ];
    // Its type is another one on each architecture.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    rustix::fs::statfs(path).is_ok_and(|file_system| KINDS.contains(&(file_system.f_type as u32)))
}

#[cfg(target_vendor = "apple")]
fn is_local(path: &Path) -> bool {
    const MNT_LOCAL: u32 = 0x1000;
    rustix::fs::statfs(path).is_ok_and(|file_system| file_system.f_flags & MNT_LOCAL != 0)
}

/// A drive of the network has a letter, but its files have a path that shows the server.
#[cfg(windows)]
fn is_local(path: &Path) -> bool {
    use std::path::{Component, Prefix};

    path.canonicalize().is_ok_and(|path| match path.components().next() {
        Some(Component::Prefix(prefix)) => matches!(prefix.kind(), Prefix::VerbatimDisk(_)),
        _ => false,
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
fn is_local(_: &Path) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_disk_gets_no_write_ahead_log() {
        assert_eq!(Log::of(Path::new("/proc/version")), Log::Rollback);
        assert_eq!(Log::of(Path::new("/no such file")), Log::Rollback);
    }
}
