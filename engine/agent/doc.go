// Package agent runs prechecks in network zones that the servers do not reach.
//
// An Agent connects to the servers only, over HTTPS, and claims the runs of its zones from them by long polls. Handler
// is what answers it, as a part of a server. The token of an agent decides which zones it has, and every call is
// checked against it: an agent reads and changes only runs that it holds under a lease.
//
// A run between zones of which no agent has both has stages: an agent of each zone captures its side and uploads the
// snapshot in parts, and a server runs the task from them; see fleet.
//
// Passwords of databases come from the agent's own file, or from the server, which encrypts them for the agent's key
// (RFC 9180). Calls that change something can be repeated when their answer is lost.
package agent
