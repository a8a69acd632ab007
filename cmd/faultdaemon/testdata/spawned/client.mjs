// A client of a server that it starts itself: lines of JSON-RPC 2.0, a handshake and one call.
//
//	client.mjs [--bug NAME] [--timeout MS] [--grace MS] [--pad BYTES] SERVER
//
// SERVER is the server's command, a JSON array. The client prints the text of the answer, or what went wrong on
// stderr, with status 1. Without --bug it does everything right.

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const BUGS = {
  // name: what is wrong, below the faults that show it
  // exit_at_start
  handshake_unguarded: 'uses the reply to the handshake without asking whether there is one',
  // not_found, not_executable
  start_error_unhandled: 'does not expect that the server cannot be started',
  // not_executable
  only_enoent_handled: 'expects a server that is not there, but not one that may not be executed',
  // slow_start
  handshake_optional: 'calls without a handshake after a quarter of its patience, and takes any reply for that of the call',
  // never_ready
  no_start_deadline: 'waits for the handshake for ever',
  // exit_mid_call
  status_0_is_success: 'takes exit status 0 for an empty answer',
  // exit_mid_call, killed_mid_call
  partial_is_answer: 'takes what came before the end of stdout for the answer',
  // killed_mid_call
  signal_is_success: 'takes every status that is not above 0 for success, and a signal makes it null',
  // dirty_stdout
  any_line_is_reply: 'takes the next line on stdout for the reply',
  parse_error_unhandled: 'does not expect that a line on stdout is no JSON',
  // stderr_flood
  stderr_not_drained: 'has a pipe for stderr and does not read it',
  // stderr_binary
  stderr_strict_utf8: 'keeps stderr as UTF-8, and does not expect an error there',
  // stderr_endless_line
  stderr_line_limit: 'reads stderr by lines, and no more of it after one that is too long',
  // closes_stdin
  write_error_unhandled: 'does not expect that it cannot write',
  // closes_stdout
  eof_waits_for_exit: 'waits for the exit status for ever when stdout ends',
  // closes_stderr
  stderr_eof_is_death: 'takes the end of stderr for that of the server',
  // stdin_not_read
  no_write_deadline: 'writes for as long as it takes',
  // ignores_eof
  close_waits: 'closes stdin and waits for the exit for ever',
  close_leaves: 'closes stdin and waits for nothing',
  // ignores_sigterm
  sigterm_waits: 'sends SIGTERM and waits for the exit for ever',
  sigterm_leaves: 'sends SIGTERM and waits for nothing',
  // child_holds_pipes
  exit_waits_for_pipes: 'waits for the end of stdout for ever when the server has exited, as for the event "close"',
  // restart_gap
  restarts_at_once: 'starts a server that ends again and again, without a pause',
  // crlf_stdout
  keeps_cr: 'prints the line of the reply as it is, but for its newline',
};

const PAUSES = [25, 50, 100]; // before a server that ended too early is started again
const LINGER = 50; // how long, after one sign that the server has ended, the others may take
const EMPTY = { result: { content: [] } };

class Failed extends Error {} // there is no answer
class TimedOut extends Failed {} // there is no answer yet, and no time
class Ended extends Failed {} // the server has ended, or can no longer be talked to

// Queue holds what has happened until somebody asks.
class Queue {
  items = [];
  wake = () => {};

  put(...item) {
    this.items.push(item);
    this.wake();
  }

  // next returns undefined when nothing has happened until the deadline.
  async next(deadline) {
    if (this.items.length === 0) {
      let timer;
      await new Promise((resolve) => {
        this.wake = resolve;
        if (deadline !== Infinity) timer = setTimeout(resolve, deadline - performance.now());
      });
      clearTimeout(timer);
    }
    return this.items.shift();
  }
}

// Server is a server that this client has started.
class Server {
  events = new Queue(); // lines and signs
  signs = {}; // of its end: write, exit, stdout
  tail = Buffer.alloc(0); // of stderr
  ready = false;
  anyReply = false; // is the one: a bug

  constructor(opts, deadline) {
    Object.assign(this, { command: opts.server[0], bug: opts.bug, grace: opts.grace, pad: opts.pad, deadline });
    this.child = spawn(opts.server[0], opts.server.slice(1));
    this.exited = new Promise((resolve) => {
      this.child.on('exit', (status, signal) => {
        this.events.put('exit', { status, signal });
        resolve(true);
      });
      if (this.bug === 'start_error_unhandled') return; // nobody listens: it is thrown
      this.child.on('error', (err) => {
        if (this.bug === 'only_enoent_handled' && err.code !== 'ENOENT') throw err;
        this.events.put('error', new Failed(`cannot start ${this.command}: ${err.message}`));
        resolve(true);
      });
    });
    this.stderrEnded = new Promise((resolve) => this.child.stderr.on('close', resolve));
    this.readStdout();
    if (this.bug !== 'stderr_not_drained') this.readStderr();
    if (this.bug !== 'write_error_unhandled') this.child.stdin.on('error', (err) => this.events.put('write', err.message));
  }

  readStdout() {
    let rest = Buffer.alloc(0);
    this.child.stdout.on('error', () => {}); // it ends, too
    this.child.stdout.on('close', () => this.events.put('stdout', rest));
    this.child.stdout.on('data', (piece) => {
      rest = Buffer.concat([rest, piece]);
      for (let end; (end = rest.indexOf('\n')) >= 0; rest = rest.subarray(end + 1)) {
        this.events.put('line', rest.subarray(0, end));
      }
    });
  }

  readStderr() {
    const { stderr } = this.child;
    let line = 0;
    stderr.on('error', () => {}); // it ends, too
    stderr.on('data', (piece) => {
      this.tail = Buffer.concat([this.tail, piece]).subarray(-4096);
      if (this.bug === 'stderr_line_limit') {
        for (const byte of piece) line = byte === 10 ? 0 : line + 1;
        if (line > 65536) stderr.pause();
      }
    });
    if (this.bug === 'stderr_eof_is_death') stderr.on('close', () => this.events.put('error', new Ended('stderr has ended')));
  }

  async handshake() {
    let { deadline } = this;
    if (this.bug === 'no_start_deadline') deadline = Infinity;
    if (this.bug === 'handshake_optional') deadline = performance.now() + (deadline - performance.now()) / 4;
    let reply;
    try {
      reply = await this.request(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {} }, deadline);
    } catch (err) {
      if (err instanceof TimedOut && this.bug === 'handshake_optional') {
        reply = EMPTY;
        this.anyReply = true;
      } else if (!(err instanceof Ended && this.bug === 'handshake_unguarded')) {
        throw err;
      }
    }
    if (reply.result === null) throw new Failed('the server does not want to be initialized');
    this.ready = true;
  }

  async call() {
    const reply = await this.request(2, 'tools/call', { name: 'weather', arguments: {} }, this.deadline);
    if (this.bug === 'keeps_cr') return this.line;
    const texts = reply.result?.content?.map?.((part) => part?.text);
    if (texts?.every((text) => typeof text === 'string')) return texts.join('');
    if (this.anyReply || this.bug === 'any_line_is_reply') return '';
    throw new Failed('there is no text in the reply');
  }

  async request(id, method, params, deadline) {
    if (this.pad) params.padding = '.'.repeat(this.pad);
    await this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const reply = await this.reply(id, deadline);
    if (!('result' in reply)) throw new Failed(`the server says ${JSON.stringify(reply.error)}`);
    return reply;
  }

  // write writes all of it, in time. An error is a sign: there may be a reply or an exit status yet.
  async write(data) {
    const written = new Promise((resolve) => this.child.stdin.write(data, () => resolve(true)));
    const late = after(this.bug === 'no_write_deadline' ? Infinity : this.deadline - performance.now());
    if (!(await Promise.race([written, late]))) throw new TimedOut('timeout: the server does not read');
  }

  // reply returns the reply with this id, and skips everything else on stdout.
  async reply(id, deadline) {
    while (!('exit' in this.signs && 'stdout' in this.signs)) {
      const [kind, value] = (await this.events.next(deadline)) ?? ['nothing'];
      if (kind === 'error') throw value;
      if (kind === 'nothing') {
        if (Object.keys(this.signs).length > 0) break;
        throw new TimedOut('timeout');
      }
      if (kind !== 'line') {
        this.signs[kind] = value;
        deadline = this.linger(deadline);
        continue;
      }
      const message = this.parse(value.toString());
      if (this.bug === 'any_line_is_reply') return message ?? textOf(value);
      if (message && !('method' in message) && (message.id === id || this.anyReply)) {
        this.line = value.toString();
        return message;
      }
    }
    return this.end();
  }

  // parse returns the object in a line, or undefined.
  parse(line) {
    try {
      const message = JSON.parse(line.replace(/^\uFEFF/, ''));
      if (message !== null && typeof message === 'object' && !Array.isArray(message)) return message;
    } catch (err) {
      if (this.bug === 'parse_error_unhandled') throw err;
    }
    return undefined;
  }

  // linger returns how long to wait after a sign of the end: others may be missing for ever.
  linger(deadline) {
    if (this.bug === 'eof_waits_for_exit' && 'stdout' in this.signs) return Infinity;
    if (this.bug === 'exit_waits_for_pipes' && 'exit' in this.signs) return Infinity;
    return Math.min(deadline, performance.now() + LINGER);
  }

  // end says how the server has ended. It never comes to a reply.
  async end() {
    const { exit, stdout, write } = this.signs;
    if (this.bug === 'status_0_is_success' && exit?.status === 0) return EMPTY;
    if (this.bug === 'signal_is_success' && exit?.status === null) return EMPTY;
    if (this.bug === 'partial_is_answer' && stdout?.length) return textOf(stdout);
    let why = `cannot write to the server: ${write}`;
    if (stdout) why = 'the server closed its stdout';
    if (exit) why = exit.signal ? `the server was killed by ${exit.signal}` : `the server exited with status ${exit.status}`;
    throw new Ended([why, ...(await this.lastLines())].join('\n  '));
  }

  // lastLines returns the last lines of stderr, whatever their bytes are.
  async lastLines() {
    await Promise.race([this.stderrEnded, after(LINGER)]);
    const decoder = new TextDecoder('utf-8', { fatal: this.bug === 'stderr_strict_utf8' });
    return decoder.decode(this.tail).split(/\r?\n/).filter(Boolean).slice(-3);
  }

  // close ends the server: asks it to, tells it to, makes it. One that has broken off is not asked for long.
  async close() {
    const steps = [() => this.child.stdin.destroy(), () => this.child.kill('SIGTERM'), () => this.child.kill('SIGKILL')];
    const [last, patience] = {
      close_waits: [1, Infinity],
      close_leaves: [1, 0],
      sigterm_waits: [2, Infinity],
      sigterm_leaves: [2, 0],
    }[this.bug] ?? [3, Infinity];
    const waits = [Object.keys(this.signs).length > 0 ? 0 : this.grace, this.grace];
    for (const [n, step] of steps.slice(0, last).entries()) {
      step();
      if (await Promise.race([this.exited, after(n < last - 1 ? waits[n] : patience)])) break;
    }
    if (this.bug === 'stderr_strict_utf8') await this.lastLines(); // for a log
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }
}

// after resolves to nothing, after so many milliseconds.
function after(ms) {
  return ms === Infinity ? new Promise(() => {}) : sleep(Math.max(0, ms));
}

// textOf returns a reply with this text.
function textOf(line) {
  return { result: { content: [{ text: line.toString() }] } };
}

// ask returns the answer. A server that exits before it is ready is started again a few times.
async function ask(opts) {
  const deadline = performance.now() + opts.timeout;
  const pauses = [...PAUSES];
  for (;;) {
    const server = new Server(opts, deadline);
    let pause;
    try {
      await server.handshake();
      return await server.call();
    } catch (err) {
      if (!(err instanceof Ended) || server.ready || !('exit' in server.signs)) throw err;
      pause = opts.bug === 'restarts_at_once' ? 0 : pauses.shift();
      if (pause === undefined || performance.now() + pause > deadline) throw err;
    } finally {
      await server.close();
    }
    await sleep(pause);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bug: { type: 'string' },
    timeout: { type: 'string', default: '1000' },
    grace: { type: 'string', default: '200' },
    pad: { type: 'string', default: '0' },
  },
});
if (values.bug !== undefined && !(values.bug in BUGS)) throw new Error(`no such bug: ${values.bug}`);

try {
  const answer = await ask({
    server: JSON.parse(positionals[0]),
    bug: values.bug,
    timeout: Number(values.timeout),
    grace: Number(values.grace),
    pad: Number(values.pad),
  });
  process.stdout.write(`${answer}\n`, () => process.exit());
} catch (err) {
  if (!(err instanceof Failed)) throw err;
  process.stderr.write(`no answer: ${err.message}\n`, () => process.exit(1));
}
