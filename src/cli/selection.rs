// SPDX-License-Identifier: EUPL-1.2
//! The options by which a verb is told which cases it is about.

use crate::calendar::Day;
use crate::service::{Selection, Service};

use super::stored::service_error;
use super::{CliError, Global};

#[derive(clap::Args, Default)]
#[group(skip)]
pub struct Args {
    #[arg(long = "lep", value_name = "LEP", help = "solo le pratiche di questo livello")]
    level: Option<String>,
    #[arg(long = "regione", value_name = "REGIONE", help = "solo le pratiche di questa regione")]
    region: Option<String>,
    #[arg(long = "sede", value_name = "SEDE", help = "solo le pratiche aperte in questa sede")]
    office: Option<String>,
    #[arg(long = "aperte-dal", value_name = "AAAA-MM-GG", help = "solo le pratiche aperte da quel giorno in poi")]
    from: Option<Day>,
    #[arg(long = "aperte-al", value_name = "AAAA-MM-GG", help = "solo le pratiche aperte fino a quel giorno")]
    to: Option<Day>,
    #[arg(long = "pratica", value_name = "PRATICA", help = "solo questa pratica; si può ripetere")]
    cases: Vec<String>,
}

impl Args {
    /// # Errors
    /// A case that is not there, or days in the wrong order.
    pub fn selection(&self, service: &Service, global: &Global) -> Result<Selection, CliError> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            let help = "scrivi prima il giorno più lontano";
            return Err(CliError::usage(format!("`--aperte-dal {from}` viene dopo `--aperte-al {to}`"), help));
        }
        let find = |text: &String| service.find_case(text).map_err(|e| service_error(global, e));
        Ok(Selection {
            level: self.level.clone(),
            region: self.region.clone(),
            office: self.office.clone(),
            from: self.from,
            to: self.to,
            cases: self.cases.iter().map(find).collect::<Result<_, _>>()?,
        })
    }
}

/// What is said when a selection takes no case: an empty answer would look like a good one.
pub fn nothing() -> CliError {
    CliError::usage("la selezione non prende alcuna pratica", "allarga i criteri, oppure toglili per prenderle tutte")
}
