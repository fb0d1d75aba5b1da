// SPDX-License-Identifier: EUPL-1.2
//! `lepre show`: one level, for a reader, for a program, or as a drawing.

use crate::calendar::Day;
use crate::drawing::{Picture, dot, outline, svg};
use crate::reading::{Asked, Voice, fixed, sheet};

use super::level::{letter, region, rulebook, titles};
use super::page;
use super::{CliError, Exit, Format, Global};

#[derive(clap::Args)]
#[command(
    about = "mostra un livello: le parole del decreto, la procedura, che cosa aggiunge la regione",
    after_help = "Esempi:\n  lepre show E                         il livello E, da leggere\n  \
                  lepre show C --region piemonte       come vale in Piemonte\n  \
                  lepre show Q --format svg > q.svg    il percorso, come disegno\n\n\
                  Con `--format json` dà il regolamento così come è conservato con le pratiche."
)]
pub struct Args {
    #[arg(value_name = "LEP", help = "lettera del livello: A, B, … F1 … S (anche minuscola)")]
    level: String,
    #[arg(long, value_name = "REGIONE", help = "regione o provincia autonoma, per esempio piemonte")]
    region: Option<String>,
    #[arg(long, value_name = "AAAA-MM-GG", help = "giorno per cui vale (di norma oggi)")]
    on: Option<Day>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let library = global.library()?;
    let level = letter(&library, &args.level)?;
    let place = args.region.as_deref().map(|asked| region(&library, asked)).transpose()?;
    let on = args.on.unwrap_or(global.today);
    let rulebook = rulebook(&library, &level, place.as_deref(), on, &global.screen)?;
    match global.format {
        Format::Json => global.screen.line(&rulebook.stored())?,
        Format::Dot => global.screen.text(&dot(&Picture::new(&rulebook)))?,
        Format::Svg => global.screen.text(&svg(&Picture::new(&rulebook)))?,
        Format::Text => {
            let titles = titles(&library);
            let title_of =
                |letter: &str| titles.iter().find(|(known, _)| known == letter).map(|(_, title)| title.clone());
            let regions = &library.specs().catalogue.regions;
            let region = place.as_deref().and_then(|id| regions.get(id)).map(|row| row.name.as_str());
            let fixed = place.as_deref().map(|id| fixed(&library, id)).unwrap_or_default();
            let asked = Asked { on, region, fixed: &fixed, title_of: &title_of };
            global.screen.text(&page::text(&sheet(&rulebook, &asked), &global.screen))?;
            let head = "PERCORSO, in ordine (lo stesso del disegno: `--format svg`)";
            global.screen.text(&page::heading(head, &global.screen))?;
            for line in outline(&Picture::new(&rulebook)) {
                global.screen.text(&page::said(Voice::Plain, 2 + 3 * line.depth, 3, &line.words, &global.screen))?;
            }
        }
    }
    Ok(Exit::Fine)
}
