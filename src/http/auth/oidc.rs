// SPDX-License-Identifier: EUPL-1.2
//! Signing in with the region's gateway by OpenID Connect; SPID and CIE sit behind it. The one file that knows the protocol's
//! crate and the client that speaks to the gateway.
//!
//! The gateway says who somebody is; what they may do here is the account that a regional administrator has made. Nothing is
//! asked of the gateway before somebody wants to sign in: the service starts without it.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, TokenResponse as _,
};

use crate::config::Oidc;
use crate::http::guard::RequestId;

use super::super::app::App;
use super::super::form::Asked;
use super::super::routes::{Route, Who, page};
use super::super::trouble::Trouble;
use super::super::web::layout::blank_page;
use super::{entered, go, inside, sessions, set_cookie, tokens};

/// How long a way to the gateway and back may take.
const WAY_MS: i64 = 10 * 60 * 1000;
/// How long one question to the gateway may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long what the gateway says of itself, its keys included, is believed.
const BELIEVED: Duration = Duration::from_secs(60 * 60);
/// After a failure, how long nobody asks again: those who wait would wait one after the other.
const REST: Duration = Duration::from_secs(2);
/// Bytes of an answer of the gateway.
const MAX_ANSWER: usize = 512 * 1024;
/// What was asked of the gateway, kept by the browser on the way.
const WAY_COOKIE: &str = "lepre-regione";
/// Says that the session began at the gateway.
const FROM_COOKIE: &str = "lepre-portale";
const PURPOSE: &str = "regione";
const BACK: &str = "/accesso/regione/ritorno";
/// Where one who came from the gateway lands after leaving.
pub(super) const LEFT: &str = "/uscita/regione";

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/accesso/regione", Who::Everyone, get(start)),
        page(BACK, Who::Everyone, get(back)),
        page(LEFT, Who::Everyone, get(left)),
    ]
}

/// What is known of the gateway.
#[derive(Default)]
pub struct Gateway {
    client: OnceLock<Option<Speaker>>,
    known: tokio::sync::Mutex<Known>,
}

#[derive(Default)]
struct Known {
    provider: Option<(Arc<ProviderMetadataWithLogout>, Instant)>,
    failed: Option<Instant>,
}

/// Why the gateway gave no answer that can be used; never its words, which may hold a token.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoAnswer(&'static str);

impl Gateway {
    fn client(&self) -> Option<&Speaker> {
        let made = self.client.get_or_init(|| {
            // Another part of the program may have chosen already: the first choice holds.
            _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder()
                .timeout(PATIENCE)
                .connect_timeout(PATIENCE / 2)
                .redirect(reqwest::redirect::Policy::none())
                .build();
            client
                .inspect_err(|_| tracing::error!("il collegamento cifrato con la Regione non si prepara"))
                .ok()
                .map(Speaker)
        });
        made.as_ref()
    }

    /// What the gateway says of itself; read again if it is old, or if `fresh` is asked.
    async fn provider(&self, settings: &Oidc, fresh: bool) -> Result<Arc<ProviderMetadataWithLogout>, Trouble> {
        let mut known = self.known.lock().await;
        if let Some((provider, read)) = &known.provider
            && !fresh
            && read.elapsed() < BELIEVED
        {
            return Ok(provider.clone());
        }
        if known.failed.is_some_and(|failed| failed.elapsed() < REST) {
            return Err(silent());
        }
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| silent())?;
        let client = self.client().ok_or_else(silent)?;
        match ProviderMetadataWithLogout::discover_async(issuer, client).await {
            Ok(provider) => {
                let provider = Arc::new(provider);
                *known = Known { provider: Some((provider.clone(), Instant::now())), failed: None };
                Ok(provider)
            }
            Err(error) => {
                known.failed = Some(Instant::now());
                let why = match error {
                    openidconnect::DiscoveryError::Request(_) => "non risponde",
                    openidconnect::DiscoveryError::Response(..) => "risponde con un errore",
                    openidconnect::DiscoveryError::Validation(_) => "dice di essere un altro emittente",
                    _ => "la sua configurazione non si legge",
                };
                tracing::warn!(why, "il portale della Regione non si può usare");
                Err(silent())
            }
        }
    }
}

fn silent() -> Trouble {
    Trouble::Unavailable { why: "il portale della Regione non risponde: riprova fra poco".into() }
}

/// What speaks to the gateway.
struct Speaker(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Speaker {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(fetch(&self.0, request))
    }
}

/// One question to the gateway.
async fn fetch(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let request = reqwest::Request::try_from(request).map_err(|_| NoAnswer("la domanda non si scrive"))?;
    let mut answer = client.execute(request).await.map_err(|_| NoAnswer("non risponde"))?;
    let mut made = axum::http::Response::builder().status(answer.status());
    if let Some(headers) = made.headers_mut() {
        headers.extend(answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| NoAnswer("la risposta si interrompe"))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(NoAnswer("la risposta è troppo lunga"));
        }
        body.extend_from_slice(&chunk);
    }
    made.body(body).map_err(|_| NoAnswer("la risposta non si legge"))
}

fn settings(app: &App) -> Result<&Oidc, Trouble> {
    app.config.oidc.as_ref().ok_or_else(|| Trouble::not_found("questo servizio non usa il portale della Regione"))
}

fn redirect(app: &App) -> Result<RedirectUrl, Trouble> {
    RedirectUrl::new(format!("{}{BACK}", app.config.base_url()))
        .map_err(|_| Trouble::Internal { why: "l'indirizzo pubblico non è un indirizzo".into() })
}

/// What is kept on the way there and back.
struct Way {
    state: String,
    nonce: String,
    verifier: String,
    then: String,
    at: i64,
}

impl Way {
    fn written(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("s", &self.state)
            .append_pair("n", &self.nonce)
            .append_pair("v", &self.verifier)
            .append_pair("p", &self.then)
            .append_pair("t", &self.at.to_string())
            .finish()
    }

    fn read(text: &str) -> Option<Self> {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let one = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Some(Self {
            state: one("s")?,
            nonce: one("n")?,
            verifier: one("v")?,
            then: one("p")?,
            at: one("t")?.parse().ok()?,
        })
    }
}

/// Goes to the gateway.
async fn start(State(app): State<App>, asked: Asked) -> Result<Response, Trouble> {
    let settings = settings(&app)?;
    let provider = app.gateway.provider(settings, false).await?;
    let client = CoreClient::from_provider_metadata(
        (*provider).clone(),
        ClientId::new(settings.client.clone()),
        Some(ClientSecret::new(settings.secret.clone())),
    )
    .set_redirect_uri(redirect(&app)?);
    let secret = || tokens::new_secret().map(|(secret, _)| secret).map_err(|why| Trouble::Internal { why });
    let (state, nonce, verifier) = (secret()?, secret()?, secret()?);
    let pkce = PkceCodeVerifier::new(verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&pkce);
    let then = inside(asked.get("poi").unwrap_or("/")).to_owned();
    let way = Way { state: state.clone(), nonce: nonce.clone(), verifier, then, at: app.now() };
    let (to, _, _) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .set_pkce_challenge(challenge)
        .url();
    let kept = tokens::seal(&app.key, PURPOSE, &way.written());
    let mut response = go(to.as_str());
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, WAY_COOKIE, &kept)));
    Ok(response)
}

/// Comes back from the gateway.
async fn back(
    State(app): State<App>,
    Extension(RequestId(request)): Extension<RequestId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let settings = settings(&app)?;
    let mut response = match returned(&app, settings, &asked, &headers, &request).await {
        Ok(response) => response,
        Err(Failed::Told(status, why)) => {
            app.metrics.sign_in("portale-rifiutato");
            not_entered(&app, status, why)
        }
        Err(Failed::Trouble(trouble)) => trouble.into_response(),
    };
    // One way, one attempt: whoever comes back twice begins again.
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, WAY_COOKIE, "")));
    Ok(response)
}

enum Failed {
    Told(StatusCode, &'static str),
    Trouble(Trouble),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

const NOT_OURS: Failed = Failed::Told(
    StatusCode::BAD_REQUEST,
    "Questo ritorno dal portale non appartiene a un accesso cominciato qui, oppure è già servito o è passato troppo tempo.",
);
const NOT_PROVED: Failed = Failed::Told(
    StatusCode::BAD_GATEWAY,
    "Il portale della Regione ha risposto, ma la sua risposta non prova chi sei: l'accesso non è avvenuto.",
);

async fn returned(
    app: &App,
    settings: &Oidc,
    asked: &Asked,
    headers: &HeaderMap,
    request: &str,
) -> Result<Response, Failed> {
    let way = sessions::cookie(headers, WAY_COOKIE)
        .and_then(|kept| tokens::unseal(&app.key, PURPOSE, kept))
        .and_then(|text| Way::read(&text))
        .ok_or(NOT_OURS)?;
    let state = asked.get("state").ok_or(NOT_OURS)?;
    let late = !(0..WAY_MS).contains(&app.now().saturating_sub(way.at));
    if late || !tokens::same(state, &way.state) || asked.get("iss").is_some_and(|iss| iss != settings.issuer) {
        return Err(NOT_OURS);
    }
    if asked.get("error").is_some() {
        let why = "Il portale della Regione non ha concluso l'accesso: forse è stato annullato.";
        return Err(Failed::Told(StatusCode::FORBIDDEN, why));
    }
    let code = asked.get("code").ok_or(NOT_OURS)?;
    let external = proved(app, settings, code, &way).await?;
    let account = app.read(move |app| Ok(app.registry.account_by_external(&external)?)).await?;
    let Some(account) = account else {
        let why = "Il portale della Regione ti riconosce, ma qui non hai ancora un account.";
        return Err(Failed::Told(StatusCode::FORBIDDEN, why));
    };
    if account.disabled {
        app.at_the_door(&account, "accesso-rifiutato", request)?;
        return Err(Failed::Told(StatusCode::FORBIDDEN, "Il tuo account è disattivato."));
    }
    app.metrics.sign_in("portale");
    let mut response = entered(app, &account, &way.then, request).await?;
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, FROM_COOKIE, "1")));
    Ok(response)
}

/// Exchanges the code, checks what comes of it (signature, issuer, audience, nonce, expiry) and gives `issuer|subject`.
async fn proved(app: &App, settings: &Oidc, code: &str, way: &Way) -> Result<String, Failed> {
    let provider = app.gateway.provider(settings, false).await?;
    let secret = ClientSecret::new(settings.secret.clone());
    let client = CoreClient::from_provider_metadata(
        (*provider).clone(),
        ClientId::new(settings.client.clone()),
        Some(secret.clone()),
    )
    .set_redirect_uri(redirect(app)?);
    let methods = provider.token_endpoint_auth_methods_supported();
    let posts_only = methods.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let client = if posts_only { client.set_auth_type(AuthType::RequestBody) } else { client };
    let http = app.gateway.client().ok_or_else(silent)?;
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| Failed::Trouble(silent()))?
        .set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()))
        .request_async(http)
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(openidconnect::RequestTokenError::Request(_)) => return Err(silent().into()),
        Err(_) => {
            tracing::warn!(
                why = "il codice non è stato accettato",
                "un accesso dal portale della Regione non è riuscito"
            );
            return Err(NOT_PROVED);
        }
    };
    let Some(token) = answer.id_token() else { return Err(NOT_PROVED) };
    // Only keys that the gateway keeps for itself: a shared secret, or no signature at all, proves nothing.
    let algorithms = [
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        CoreJwsSigningAlgorithm::RsaSsaPssSha384,
        CoreJwsSigningAlgorithm::RsaSsaPssSha512,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    ];
    let nonce = Nonce::new(way.nonce.clone());
    let external = |claims: &openidconnect::core::CoreIdTokenClaims| {
        format!("{}|{}", claims.issuer().as_str(), claims.subject().as_str())
    };
    let verifier = client.id_token_verifier().set_allowed_algs(algorithms.clone());
    let error = match token.claims(&verifier, &nonce) {
        Ok(claims) => return Ok(external(claims)),
        Err(error) => error,
    };
    if !matches!(error, ClaimsVerificationError::SignatureVerification(_)) {
        return Err(not_verified(&error));
    }
    // The gateway may have changed its keys since we read them.
    let provider = app.gateway.provider(settings, true).await?;
    let client =
        CoreClient::from_provider_metadata((*provider).clone(), ClientId::new(settings.client.clone()), Some(secret));
    let verifier = client.id_token_verifier().set_allowed_algs(algorithms);
    token.claims(&verifier, &nonce).map(external).map_err(|error| not_verified(&error))
}

fn not_verified(error: &ClaimsVerificationError) -> Failed {
    let why = match error {
        ClaimsVerificationError::Expired(_) => "scaduto",
        ClaimsVerificationError::InvalidAudience(_) => "destinato ad altri",
        ClaimsVerificationError::InvalidIssuer(_) => "di un altro emittente",
        ClaimsVerificationError::InvalidNonce(_) => "di un altro accesso",
        ClaimsVerificationError::SignatureVerification(_) => "firma non valida",
        _ => "non utilizzabile",
    };
    tracing::warn!(why, "un accesso dal portale della Regione non è riuscito");
    NOT_PROVED
}

fn not_entered(app: &App, status: StatusCode, why: &str) -> Response {
    let body = html! {
        h1 { "Accesso non riuscito" }
        p { (why) }
        @if status == StatusCode::FORBIDDEN {
            p { "Chi ha bisogno di lavorare qui chiede l'account all'amministratore regionale del servizio." }
        }
        p class="mt-4" { a class="btn btn-outline-primary" href="/accesso" { "Torna all'accesso" } }
    };
    (status, blank_page(app, "Accesso non riuscito", body)).into_response()
}

/// Does whoever leaves come from the gateway?
pub(super) fn came_from_gateway(headers: &HeaderMap) -> bool {
    sessions::cookie(headers, FROM_COOKIE).is_some_and(|value| !value.is_empty())
}

/// Says that one has left this service, and how to leave the gateway too, where it tells how.
async fn left(State(app): State<App>) -> Result<Response, Trouble> {
    let settings = settings(&app)?;
    let provider = app.gateway.provider(settings, false).await.ok();
    let end = provider.as_ref().and_then(|provider| provider.additional_metadata().end_session_endpoint.clone());
    let after = PostLogoutRedirectUrl::new(format!("{}/accesso", app.config.base_url())).ok();
    let away = end.map(|end| {
        let request = LogoutRequest::from(end).set_client_id(ClientId::new(settings.client.clone()));
        match after {
            Some(after) => request.set_post_logout_redirect_uri(after).http_get_url(),
            None => request.http_get_url(),
        }
    });
    let body = html! {
        h1 { "Sei uscito" }
        p { "La sessione di questo servizio è finita." }
        @if let Some(away) = away {
            p { "Il portale della Regione può ricordarsi ancora di te: su un computer condiviso esci anche da lì." }
            p class="mt-4" { a class="btn btn-primary" href=(away) { "Esci anche dal portale della Regione" } }
        }
        p class="mt-4" { a class="btn btn-outline-primary" href="/accesso" { "Torna all'accesso" } }
    };
    let mut response = blank_page(&app, "Sei uscito", body).into_response();
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, FROM_COOKIE, "")));
    Ok(response)
}
