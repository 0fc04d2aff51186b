// What is measured, for Prometheus (PrometheusMetricsProvider): GET /metrics on a port of its own, under Apache's
// names. What is not measured here is not there, rather than 0.

import { createServer, type ServerResponse } from 'node:http';

import { listen, type Address } from '../tcp/sockets.ts';
import type { Administration, PortState } from './administration.ts';
import { monitorOf, type Measured } from './monitor.ts';
import { quantileOf } from './spread.ts';
import { closeServer, REQUEST_MILLIS_MAX, type AdminServer } from './server.ts';

export interface MetricsServerOptions {
  readonly address: Address;
  readonly administration: Administration;
  readonly port: () => PortState;
}

const PATH = '/metrics';
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** They only grow: Apache's servers count them and measure the others. */
const COUNTERS: ReadonlySet<string> = new Set([
  ...['bytes_received_count', 'connection_rejected', 'connection_request_count', 'diff_count'],
  ...['snap_count', 'stale_sessions_expired', 'looking_count', 'proposal_count', 'commit_count'],
  ...['quota_exceeded_error_per_namespace', 'response_bytes', 'watch_bytes', 'revalidate_count'],
  ...['connection_drop_count', 'connection_revalidate_count', 'sessionless_connections_expired'],
  ...['learner_proposal_received_count', 'learner_commit_received_count'],
]);

/** Of what Apache calls an advanced summary. */
const QUANTILES = [0.5, 0.9, 0.99];

/** Rejects with a sentence when the port is not to be had. */
export async function openMetricsServer(options: MetricsServerOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (request.method === 'GET' && path === PATH) tell(options, response);
    else response.writeHead(request.method === 'GET' ? 404 : 405).end();
  });
  server.requestTimeout = REQUEST_MILLIS_MAX;
  server.headersTimeout = REQUEST_MILLIS_MAX;
  await listen(server, options.address, 'metrics');
  return { stop: () => closeServer(server) };
}

function tell({ administration, port }: MetricsServerOptions, response: ServerResponse): void {
  const report = administration.report();
  if (report === null) response.writeHead(503).end();
  else {
    response.writeHead(200, { 'content-type': TYPE });
    response.end(metricsText(monitorOf(administration, report, port())));
  }
}

/** Numbers alone: a version is no measure. */
export function metricsText(measures: readonly (readonly [string, Measured])[]): string {
  return measures
    .flatMap(([name, measured]) => {
      if (typeof measured === 'string') return [];
      const samples = samplesOf(name, measured).map((sample) => `${sample}\n`);
      return [`# HELP ${name} ${name}\n# TYPE ${name} ${typeOf(name, measured)}\n`, ...samples];
    })
    .join('');
}

function typeOf(name: string, measured: Exclude<Measured, string>): string {
  if (typeof measured === 'object' && 'summary' in measured) return 'summary';
  return COUNTERS.has(name) ? 'counter' : 'gauge';
}

function samplesOf(name: string, measured: Exclude<Measured, string>): string[] {
  if (typeof measured === 'number') return [`${name} ${String(measured)}`];
  if ('decimal' in measured) return [`${name} ${String(measured.decimal)}`];
  if ('summary' in measured) {
    const { count, sum } = measured.summary;
    const { spread } = measured;
    const quantiles =
      spread === undefined
        ? []
        : QUANTILES.map((one) => `${name}{quantile="${String(one)}"} ${quantileOf(spread, one)}`);
    return [...quantiles, `${name}_count ${String(count)}`, `${name}_sum ${String(sum)}`];
  }
  return measured.byNamespace.map(([key, one]) => `${name}{key="${quoted(key)}"} ${String(one)}`);
}

/** A label's value: clients choose it. */
const quoted = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
