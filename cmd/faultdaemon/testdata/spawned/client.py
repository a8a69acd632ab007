"""A client of a server that it starts itself: lines of JSON-RPC 2.0, a handshake and one call.

    client.py [--bug NAME] [--timeout MS] [--grace MS] [--pad BYTES] SERVER

SERVER is the server's command, a JSON array. The client prints the text of the answer, or what went wrong on
stderr, with status 1. Without --bug it does everything right.
"""

import argparse
import io
import json
import math
import os
import queue
import select
import subprocess
import sys
import threading
import time

BUGS = {
    # name: what is wrong, below the faults that show it
    # exit_at_start
    "handshake_unguarded": "uses the reply to the handshake without asking whether there is one",
    # not_found, not_executable
    "start_error_unhandled": "does not expect that the server cannot be started",
    # not_executable
    "only_enoent_handled": "expects a server that is not there, but not one that may not be executed",
    # slow_start
    "handshake_optional": "calls without a handshake after a quarter of its patience, and takes any reply for that of the call",
    # never_ready
    "no_start_deadline": "waits for the handshake for ever",
    # exit_mid_call
    "status_0_is_success": "takes exit status 0 for an empty answer",
    # exit_mid_call, killed_mid_call
    "partial_is_answer": "takes what came before the end of stdout for the answer",
    # killed_mid_call
    "signal_is_success": "takes every status that is not above 0 for success, and a signal makes one below",
    # dirty_stdout
    "any_line_is_reply": "takes the next line on stdout for the reply",
    "parse_error_unhandled": "does not expect that a line on stdout is no JSON",
    # stderr_flood
    "stderr_not_drained": "has a pipe for stderr and does not read it",
    # stderr_binary
    "stderr_strict_utf8": "keeps stderr as UTF-8, and does not expect an error there",
    # stderr_endless_line
    "stderr_line_limit": "reads stderr by lines, and no more of it after one that is too long",
    # closes_stdin
    "write_error_unhandled": "does not expect that it cannot write",
    # closes_stdout
    "eof_waits_for_exit": "waits for the exit status for ever when stdout ends",
    # closes_stderr
    "stderr_eof_is_death": "takes the end of stderr for that of the server",
    # stdin_not_read
    "no_write_deadline": "writes for as long as it takes",
    # ignores_eof
    "close_waits": "closes stdin and waits for the exit for ever",
    "close_leaves": "closes stdin and waits for nothing",
    # ignores_sigterm
    "sigterm_waits": "sends SIGTERM and waits for the exit for ever",
    "sigterm_leaves": "sends SIGTERM and waits for nothing",
    # child_holds_pipes
    "exit_waits_for_pipes": "waits for the end of stdout for ever when the server has exited",
    # restart_gap
    "restarts_at_once": "starts a server that ends again and again, without a pause",
    # crlf_stdout
    "keeps_cr": "prints the line of the reply as it is, but for its newline",
}

PAUSES = [0.025, 0.05, 0.1]  # before a server that ended too early is started again
LINGER = 0.05  # how long, after one sign that the server has ended, the others may take
EMPTY = {"result": {"content": []}}


class Failed(Exception):
    """There is no answer."""


class TimedOut(Failed):
    """There is no answer yet, and no time."""


class Ended(Failed):
    """The server has ended, or can no longer be talked to."""


class Server:
    """A server that this client has started."""

    def __init__(self, opts, deadline):
        self.bug, self.grace, self.pad, self.deadline = opts.bug, opts.grace / 1000, opts.pad, deadline
        self.ready = False
        self.any_reply = False  # is the one: a bug
        self.signs = {}  # of its end: write, exit, stdout
        self.events = queue.Queue()  # lines and signs
        self.exited = threading.Event()
        self.tail = b""  # of stderr
        try:
            self.process = subprocess.Popen(
                opts.server, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as e:
            if self.bug == "start_error_unhandled":
                raise
            if self.bug == "only_enoent_handled" and not isinstance(e, FileNotFoundError):
                raise
            raise Failed(f"cannot start {opts.server[0]}: {e.strerror}") from e
        self.stderr = threading.Thread(target=self.read_stderr, daemon=True)
        if self.bug != "stderr_not_drained":
            self.stderr.start()
        threading.Thread(target=self.read_stdout, daemon=True).start()
        threading.Thread(target=self.wait, daemon=True).start()

    # What the server does, each in a thread of its own.

    def wait(self):
        self.events.put(("exit", self.process.wait()))
        self.exited.set()

    def read_stdout(self):
        rest = b""
        while piece := os.read(self.process.stdout.fileno(), 65536):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self.events.put(("line", line))
        self.events.put(("stdout", rest))

    def read_stderr(self):
        if self.bug == "stderr_line_limit":
            self.lines = io.BufferedReader(self.process.stderr)
            while (line := self.lines.readline(65536)).endswith(b"\n"):
                self.tail = (self.tail + line)[-4096:]
            return
        while piece := os.read(self.process.stderr.fileno(), 65536):
            self.tail = (self.tail + piece)[-4096:]
        if self.bug == "stderr_eof_is_death":
            self.events.put(("error", Ended("stderr has ended")))

    # What the client wants.

    def handshake(self):
        deadline = self.deadline
        if self.bug == "no_start_deadline":
            deadline = math.inf
        if self.bug == "handshake_optional":
            deadline = time.monotonic() + (deadline - time.monotonic()) / 4
        reply = None
        try:
            reply = self.request(1, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}}, deadline)
        except TimedOut:
            if self.bug != "handshake_optional":
                raise
            reply, self.any_reply = EMPTY, True
        except Ended:
            if self.bug != "handshake_unguarded":
                raise
        if reply["result"] is None:
            raise Failed("the server does not want to be initialized")
        self.ready = True

    def call(self):
        reply = self.request(2, "tools/call", {"name": "weather", "arguments": {}}, self.deadline)
        if self.bug == "keeps_cr":
            return self.line
        try:
            return "".join(part["text"] for part in reply["result"]["content"])
        except (KeyError, TypeError):
            if self.any_reply or self.bug == "any_line_is_reply":
                return ""
            raise Failed("there is no text in the reply") from None

    def request(self, id, method, params, deadline):
        if self.pad:
            params["padding"] = "." * self.pad
        self.write(json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).encode() + b"\n")
        reply = self.reply(id, deadline)
        if "result" not in reply:
            raise Failed(f"the server says {reply.get('error')}")
        return reply

    def write(self, data):
        """Writes all of it, in time. An error is a sign: there may be a reply or an exit status yet."""
        stdin = self.process.stdin.fileno()
        os.set_blocking(stdin, self.bug == "no_write_deadline")
        while data:
            if self.bug != "no_write_deadline":
                _, writable, _ = select.select([], [stdin], [], max(0, self.deadline - time.monotonic()))
                if not writable:
                    raise TimedOut("timeout: the server does not read")
            try:
                data = data[os.write(stdin, data):]
            except OSError as e:
                if self.bug == "write_error_unhandled":
                    raise
                self.events.put(("write", e.strerror))
                return

    def reply(self, id, deadline):
        """Returns the reply with this id, and skips everything else on stdout."""
        while not self.signs.keys() >= {"exit", "stdout"}:
            try:
                kind, value = self.events.get(timeout=None if deadline == math.inf else max(0, deadline - time.monotonic()))
            except queue.Empty:
                if self.signs:
                    break
                raise TimedOut("timeout") from None
            if kind == "error":
                raise value
            if kind != "line":
                self.signs[kind] = value
                deadline = self.linger(deadline)
                continue
            message = self.parse(value)
            if self.bug == "any_line_is_reply":
                return message or text_of(value)
            if message and "method" not in message and (message.get("id") == id or self.any_reply):
                self.line = value.decode()
                return message
        return self.end()

    def parse(self, line):
        """Returns the object in a line, or None."""
        try:
            message = json.loads(line)
        except ValueError:
            if self.bug == "parse_error_unhandled":
                raise
            return None
        return message if isinstance(message, dict) else None

    # How it ends.

    def linger(self, deadline):
        """Returns how long to wait after a sign of the end: others may be missing for ever."""
        if self.bug == "eof_waits_for_exit" and "stdout" in self.signs:
            return math.inf
        if self.bug == "exit_waits_for_pipes" and "exit" in self.signs:
            return math.inf
        return min(deadline, time.monotonic() + LINGER)

    def end(self):
        """Says how the server has ended. It never comes to a reply."""
        status = self.signs.get("exit")
        if self.bug == "status_0_is_success" and status == 0:
            return EMPTY
        if self.bug == "signal_is_success" and status is not None and status < 0:
            return EMPTY
        if self.bug == "partial_is_answer" and self.signs.get("stdout"):
            return text_of(self.signs["stdout"])
        if status is not None:
            why = f"the server was killed by signal {-status}" if status < 0 else f"the server exited with status {status}"
        elif "stdout" in self.signs:
            why = "the server closed its stdout"
        else:
            why = f"cannot write to the server: {self.signs['write']}"
        raise Ended("\n  ".join([why, *self.last_lines()]))

    def last_lines(self):
        """Returns the last lines of stderr, whatever their bytes are."""
        if self.stderr.is_alive():
            self.stderr.join(LINGER)
        errors = "strict" if self.bug == "stderr_strict_utf8" else "backslashreplace"
        return self.tail.decode(errors=errors).splitlines()[-3:]

    def close(self):
        """Ends the server: asks it to, tells it to, makes it. One that has broken off is not asked for long."""
        steps = [self.process.stdin.close, self.process.terminate, self.process.kill]
        last, patience = {
            "close_waits": (1, None),
            "close_leaves": (1, 0),
            "sigterm_waits": (2, None),
            "sigterm_leaves": (2, 0),
        }.get(self.bug, (3, None))
        waits = [0 if self.signs else self.grace, self.grace, None]
        for step, wait in zip(steps[:last], waits[:last - 1] + [patience]):
            step()
            if self.exited.wait(wait):
                break
        if self.bug == "stderr_strict_utf8":
            self.last_lines()  # for a log


def text_of(line):
    """Returns a reply with this text."""
    return {"result": {"content": [{"text": line.decode(errors="replace")}]}}


def ask(opts):
    """Returns the answer. A server that exits before it is ready is started again a few times."""
    deadline = time.monotonic() + opts.timeout / 1000
    pauses = iter(PAUSES)
    while True:
        server = Server(opts, deadline)
        try:
            server.handshake()
            return server.call()
        except Ended:
            pause = 0 if opts.bug == "restarts_at_once" else next(pauses, math.inf)
            if server.ready or "exit" not in server.signs or time.monotonic() + pause > deadline:
                raise
        finally:
            server.close()
        time.sleep(pause)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bug", choices=BUGS)
    parser.add_argument("--timeout", type=int, default=1000)
    parser.add_argument("--grace", type=int, default=200)
    parser.add_argument("--pad", type=int, default=0)
    parser.add_argument("server", type=json.loads)
    try:
        print(ask(parser.parse_args()))
    except Failed as e:
        sys.exit(f"no answer: {e}")


main()
