//! Purchases under every fault, simulated. `--help` tells more.

mod simulation;

fn main() {
    let faults: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    for v in simulation::VARIANTS.iter().chain(simulation::TWINS) {
        let t = std::time::Instant::now();
        let tally = simulation::exhaustive(v, faults);
        println!("{:20} {:?} {:?}", v.name, t.elapsed(), tally);
    }
}
