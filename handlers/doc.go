// Package handlers answers requests of any protocol.
//
// [Echo], [Static], [Sequence] and [Route] are ResponseHandlers, for
// Config.ResponseHandler; a [Script] and [Forward] can fail and are for
// Config.Respond; [Replay] is an upstream, for Config.Upstream. Each works with every
// protocol and under every fault.
//
// Messages are raw: the framing is part of a request and of a reply. A Script
// alone deals in payloads; the protocol frames them and, where it can
// (faultdaemon.Replier), gives a reply what ties it to its request.
package handlers
