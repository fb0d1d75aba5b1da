// SPDX-License-Identifier: EUPL-1.2
// A real OpenID Connect provider for the tests, on this machine only. Whoever signs in says who they are; what it answers can
// be spoilt on demand, always signed with its own key unless the fault is the signature itself.

import { createServer } from 'node:http';
import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { Provider } from 'oidc-provider';

const key = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: randomUUID() };
};

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/// The same token with something wrong in it.
const spoilt = (token, fault, jwk) => {
  const [head, body] = token.split('.').slice(0, 2).map((text) => JSON.parse(Buffer.from(text, 'base64url')));
  const now = Math.floor(Date.now() / 1000);
  const wrong = {
    emittente: { iss: 'http://127.0.0.1:1/altro' },
    destinatario: { aud: 'un-altro-servizio' },
    nonce: { nonce: 'di-un-altro-accesso' },
    scaduto: { exp: now - 60, iat: now - 3600 },
    firma: {},
    nessuna: {},
  }[fault];
  if (fault === 'nessuna') return `${part({ ...head, alg: 'none' })}.${part(body)}.`;
  const text = `${part(head)}.${part({ ...body, ...wrong })}`;
  const by = createPrivateKey({ key: fault === 'firma' ? key() : jwk, format: 'jwk' });
  return `${text}.${sign('sha256', Buffer.from(text), by).toString('base64url')}`;
};

export const start = async ({ port, client, secret, service, logout = true }) => {
  const issuer = `http://127.0.0.1:${port}`;
  const jwk = key();
  const state = { fault: undefined };
  const provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [
      {
        client_id: client,
        client_secret: secret,
        redirect_uris: [`${service}/accesso/regione/ritorno`],
        post_logout_redirect_uris: [`${service}/accesso`],
      },
    ],
    cookies: { keys: ['prova'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: logout } },
    interactions: { url: (_, interaction) => `/interazione/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
    // Nobody is asked for consent: the region's gateway does not either.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token' && state.fault && ctx.body?.id_token) {
      ctx.body.id_token = spoilt(ctx.body.id_token, state.fault, jwk);
    }
  });
  const answer = provider.callback();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    if (!url.pathname.startsWith('/interazione/')) return answer(request, response);
    const result = url.searchParams.get('rinuncia')
      ? { error: 'access_denied', error_description: 'rinuncia' }
      : { login: { accountId: url.searchParams.get('soggetto') } };
    try {
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  return {
    issuer,
    spoil: (fault) => {
      state.fault = fault;
    },
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
};
