//! Whole jobs over real HTTP: the function's process between a simulator of both vendors and a real state table.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests: a failed expectation is a failed test"
)]

mod bad_input;
mod behaviour;
mod both_sides;
mod brake;
mod brake_told;
mod by_hand;
mod capacity;
mod capacity_drift;
mod capacity_groups;
mod capacity_kill;
mod capacity_levers;
mod capacity_parked;
mod capacity_scene;
mod capacity_side_by_side;
mod capacity_sizes;
mod capacity_storm;
mod capacity_writers;
mod convergence;
mod deletes;
mod events;
mod events_bad_input;
mod events_capacity;
mod events_outage;
mod events_scene;
mod events_storm;
mod explained;
mod growth;
mod harness;
mod import;
mod import_edges;
mod import_faults;
mod in_flight;
mod kill;
mod merges;
mod notices;
mod organizations;
mod organizations_failures;
mod organizations_storm;
mod outage;
mod outage_cost;
mod program;
mod program_model;
mod reconcile;
mod redaction;
mod report;
mod report_figures;
mod report_kill;
mod report_mail;
mod report_month;
mod report_pdf;
mod report_scene;
mod report_time;
mod report_year;
mod request_counts;
mod shadow;
mod simulator_coverage;
mod slices;
mod swarm;
mod swarm_agents;
mod swarm_faults;
mod swarm_scene;
mod switches;
mod switches_lives;
mod tokens;
mod told;
mod traps;
mod whole_job;
mod whole_job_end;
mod whole_job_story;
