// Package omsapi serves the API that OceanBase Migration Service documents for prechecks: SubmitPreCheck,
// GetPreCheckResult and the calls around them, as an http.Handler over package runstore.
//
// New returns the handler. It routes:
//
//	POST /api/v2?Action=…   the documented actions and those of this server
//	GET  /openapi.json      their description
//	GET  /events/runs       changes of all runs, as server-sent events
//	GET  /events/runs/{id}  the progress of one run, as server-sent events
//	POST /agent/v1/…     the calls of agents, see package agent
//	POST /login, /logout    sessions of browsers
//	GET  /session           who is logged in, and the CSRF token
//	GET  /healthz, /readyz  whether the process lives, and whether it accepts requests
//	GET  /metrics           metrics in the format of Prometheus
//	GET  /, /static/…       the page, if the embedding program sets one
//	GET  /page/…            its parts that show runs
//
// An error of a call has the HTTP status 200 and success: false, as documented. Other statuses mean that the request
// was not a call: 400, 401, 403, 404, 405, 408, 413, 415, 429 and 503.
package omsapi
