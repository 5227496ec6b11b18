//! What becomes of the cost of a call when there are more of them.

use std::error::Error;

use crate::findings::{cpu, rate};
use crate::job;
use crate::process::{self, Server};
use crate::table::{Table, number};
use crate::work::{Counted, Measured, Setting};

const CLIENTS: [&str; 2] = ["yeastar-blocking", "yeastar-async"];
const MANY: usize = 512;

pub fn measure(is_quick: bool) -> Result<Vec<Table>, Box<dyn Error>> {
    let bench = Bench { core: process::shared_core(), scale: if is_quick { 10 } else { 1 } };
    let server = Server::start(bench.core, &[])?;
    eprintln!("growth");
    Ok(vec![
        bench.in_flight(&server)?,
        bench.memory(&server)?,
        bench.endurance(&server)?,
        bench.pages(&server)?,
        bench.renewal(&server)?,
    ])
}

struct Bench {
    core: usize,
    /// Everything that can be is so many times shorter.
    scale: usize,
}

impl Bench {
    fn run(
        &self,
        server: &Server,
        name: &str,
        times: usize,
        in_flight: usize,
        warm: usize,
    ) -> Result<Measured, Box<dyn Error>> {
        self.with(server, name, Setting { times, in_flight, warm, ..Setting::default() })
    }

    fn count(
        &self,
        server: &Server,
        name: &str,
        setting: Setting,
    ) -> Result<(Measured, Counted), Box<dyn Error>> {
        let measured = self.with(server, name, Setting { count: true, ..setting })?;
        let counted = measured.counted.ok_or("a run did not count")?;
        Ok((measured, counted))
    }

    fn with(&self, server: &Server, name: &str, setting: Setting) -> Result<Measured, Box<dyn Error>> {
        process::run(name, &Setting { url: server.url(), core: Some(self.core), ..setting })
    }

    fn in_flight(&self, server: &Server) -> Result<Table, Box<dyn Error>> {
        let title = "Calls in flight (yeastar-async sends at most 128 queries at a time, the others wait for their turn)";
        let mut table = Table::new(
            "growth-in-flight",
            title,
            &["client", "in flight", "calls/s", "CPU us", "vs 1 in flight"],
        );
        for client in CLIENTS {
            let mut alone = None;
            for in_flight in [1, 8, 64, MANY] {
                let measured = self.run(server, client, 51_200 / self.scale, in_flight, 20)?;
                let cpu = cpu(&measured);
                let ratio = cpu / *alone.get_or_insert(cpu);
                table.rows.push(vec![
                    client.into(),
                    in_flight.to_string(),
                    number(rate(&measured)),
                    number(cpu * 1e6),
                    number(ratio),
                ]);
            }
        }
        Ok(table)
    }

    fn memory(&self, server: &Server) -> Result<Table, Box<dyn Error>> {
        let title = format!(
            "Memory of a call in flight, while {MANY} are held by the server (yeastar-async sends 128 of them at a time). Allocated is without threads' stacks; resident is what the process has more afterwards, with them"
        );
        let mut table = Table::new("growth-memory", title, &["client", "allocated bytes", "resident bytes"]);
        for client in CLIENTS {
            let setting = Setting { times: MANY, in_flight: MANY, warm: 0, ..Setting::default() };
            let (measured, counted) = self.count(server, &format!("{client}:held"), setting)?;
            table.rows.push(vec![
                client.into(),
                number(counted.allocations.peak as f64 / MANY as f64),
                number((measured.resident.1 as f64 - measured.resident.0 as f64) / MANY as f64),
            ]);
        }
        Ok(table)
    }

    fn endurance(&self, server: &Server) -> Result<Table, Box<dyn Error>> {
        let (some, all) = (10_000 / self.scale, 100_000 / self.scale);
        let title = format!("Growth through one client, from the {some}th call to the {all}th");
        let header = ["client", "allocated bytes more", "resident KiB before", "resident KiB after"];
        let mut table = Table::new("growth-endurance", title, &header);
        for client in CLIENTS {
            let setting = Setting { times: all - some, warm: some, ..Setting::default() };
            let (measured, counted) = self.count(server, client, setting)?;
            let (before, after) = measured.resident;
            table.rows.push(vec![
                client.into(),
                counted.allocations.live.to_string(),
                (before / 1024).to_string(),
                (after / 1024).to_string(),
            ]);
        }
        Ok(table)
    }

    fn pages(&self, server: &Server) -> Result<Table, Box<dyn Error>> {
        let header = ["client", "rows", "us per page", "us per row", "CPU us per row"];
        let mut table = Table::new("growth-pages", "Pages of a list", &header);
        for client in CLIENTS {
            for rows in job::PAGE_SIZES {
                let measured =
                    self.run(server, &format!("{client}:{rows}"), 200_000 / rows / self.scale, 1, 20)?;
                let page = 1e6 / rate(&measured);
                table.rows.push(vec![
                    client.into(),
                    rows.to_string(),
                    number(page),
                    number(page / rows as f64),
                    number(cpu(&measured) * 1e6 / rows as f64),
                ]);
            }
        }
        Ok(table)
    }

    /// The longest call of all those that a renewal may have held up, and the longest without any.
    fn renewal(&self, calm: &Server) -> Result<Table, Box<dyn Error>> {
        // The client gives up a token some time before its end.
        let renewing = Server::start(self.core, &["--token-life", "4"])?;
        let round_trip = job::TOKEN_ROUND_TRIP.as_secs_f64() * 1e3;
        let title = format!(
            "Renewals of the token while {MANY} calls are in flight: longest call in milliseconds. The token's own round trip takes {round_trip} ms"
        );
        let header =
            ["client", "calls", "seconds", "without renewal", "with renewals", "less the round trip"];
        let mut table = Table::new("growth-renewal", title, &header);
        for client in CLIENTS {
            let setting = Setting { times: 400 * MANY, in_flight: MANY, warm: 2, ..Setting::default() };
            let (_, calm) = self.count(calm, client, setting.clone())?;
            let (measured, held_up) = self.count(&renewing, client, setting)?;
            let longest = held_up.longest_seconds * 1e3;
            table.rows.push(vec![
                client.into(),
                measured.times.to_string(),
                number(measured.seconds),
                number(calm.longest_seconds * 1e3),
                number(longest),
                number(longest - round_trip),
            ]);
        }
        Ok(table)
    }
}
