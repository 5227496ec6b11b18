//! The blocking client in all scenarios. The async client runs the same files.

use yeastar_blocking::Client;

mod scenarios;
