//! From whom, to whom and when people are mailed.

use std::time::Duration;

use jiff::tz::TimeZone;
use platform::Platform;
use platform::mail::{Mail, Mailer};
use platform::settings::Settings;

use super::page::Page;
use crate::config::{Config, ConfigFault, MailBy};
use crate::connect::ConnectError;
use crate::notice::Hour;

/// The longest that handing over may take; the lock must outlive it.
pub(super) const HAND_OVER: Duration = Duration::from_secs(35);

/// The way to the people who look after the sync.
pub(crate) struct Postbox {
    pub(super) mailer: Mailer,
    pub(super) hour: Hour,
    from: String,
    to: Vec<String>,
}

impl Postbox {
    /// As the configuration says; `None`: nobody is mailed.
    ///
    /// # Errors
    /// Recipients without a sender, or a setting of the mail service that is missing.
    pub(crate) fn of(
        config: &Config,
        zone: &TimeZone,
        settings: &Settings,
        platform: &Platform,
    ) -> Result<Option<Self>, ConnectError> {
        if config.notify_to.is_empty() {
            return Ok(None);
        }
        if config.notify_from.trim().is_empty() {
            let problem = "notify_from: must be set where notify_to has recipients".to_owned();
            return Err(ConfigFault::Range(problem).into());
        }
        let mailer = match config.mail {
            MailBy::Ses => platform.ses_mailer(settings.mail_configuration_set()?),
            MailBy::Smtp => platform.smtp_mailer(settings.smtp_secret_id()?),
        };
        let hour = Hour { zone: zone.clone(), at: config.digest_at };
        Ok(Some(Self { mailer, hour, from: config.notify_from.clone(), to: config.notify_to.clone() }))
    }

    pub(super) fn mail(&self, subject: String, page: &Page, key: &str) -> Mail {
        Mail {
            from: self.from.clone(),
            to: self.to.clone(),
            subject,
            text: page.text(),
            html: page.html(),
            attachments: Vec::new(),
            key: key.to_owned(),
        }
    }
}

/// The zone of this name.
///
/// # Errors
/// There is none.
pub(crate) fn zone(name: &str) -> Result<TimeZone, ConfigFault> {
    TimeZone::get(name)
        .map_err(|_| ConfigFault::Range(format!("zone: {name:?} is no time zone, they are named like America/Chicago")))
}
