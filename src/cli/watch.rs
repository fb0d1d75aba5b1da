// SPDX-License-Identifier: EUPL-1.2
//! `lepre serve` looks at the folder of the specifications every so often, and says in the log what it found.

use tokio::sync::watch::Receiver;

use crate::digest::Digest;
use crate::http::App;
use crate::service::Looked;

/// Looks until `stopped` turns true; no request waits for it.
pub async fn watch(app: App, mut stopped: Receiver<bool>) {
    let Some(every) = app.config.specs_every else { return };
    let mut known: Option<Digest> = None;
    let mut could_read = true;
    loop {
        let service = app.service.clone();
        let looked = tokio::task::spawn_blocking(move || service.look_at_specs(known));
        tokio::select! {
            looked = looked => if let Ok((now, found)) = looked {
                known = now;
                say(&found, could_read);
                could_read = !matches!(found, Looked::Unreadable(_));
            },
            // A reading under way is left alone: it writes nothing.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// `could_read`: it could be read before; what goes on is not told again.
fn say(found: &Looked, could_read: bool) {
    match found {
        Looked::Same => {}
        Looked::Sound => tracing::info!("specifiche cambiate: lette di nuovo, sono in uso"),
        Looked::Faulty(errors) => {
            tracing::warn!(errors, "specifiche cambiate, con errori: dove sono, resta in uso l'ultima versione senza");
        }
        Looked::Unreadable(error) if could_read => {
            tracing::warn!(perche = %error, "specifiche che non si leggono: resta in uso ciò che era stato letto");
        }
        Looked::Unreadable(_) => {}
    }
}
