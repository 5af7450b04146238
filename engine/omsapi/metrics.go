package omsapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// metrics are the metrics of a server. Those of the store are read at each scrape.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	denied   prometheus.Counter
	streams  prometheus.GaugeFunc
}

func newMetrics(registry *prometheus.Registry, s *Server) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "precheck_http_requests_total",
			Help: message.New("api.metric.requests").String()}, []string{"action", "status", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "precheck_http_request_duration_seconds",
			Help: message.New("api.metric.durations").String(), Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 10)},
			[]string{"action"}),
		denied: prometheus.NewCounter(prometheus.CounterOpts{Name: "precheck_auth_failures_total",
			Help: message.New("api.metric.denied").String()}),
		streams: prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "precheck_event_streams",
			Help: message.New("api.metric.streams").String()}, func() float64 { return float64(len(s.streams)) }),
	}
	registry.MustRegister(m.requests, m.duration, m.denied, m.streams, storeCollector{s})
	return m
}

// handler serves the metrics.
func (m *metrics) handler(registry *prometheus.Registry) http.HandlerFunc {
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}).ServeHTTP
}

// request counts a request that was answered.
func (m *metrics) request(e *exchange, took time.Duration) {
	action := e.action
	if action == "" {
		action = e.route
	}
	m.requests.WithLabelValues(action, strconv.Itoa(e.status), e.code).Inc()
	m.duration.WithLabelValues(action).Observe(took.Seconds())
}

// storeCollector reads the numbers of the store.
type storeCollector struct{ *Server }

var (
	runsMetric = prometheus.NewDesc("precheck_runs", message.New("api.metric.runs").String(), []string{"status"}, nil)
	queued     = prometheus.NewDesc("precheck_queue_length", message.New("api.metric.queue").String(), nil, nil)
	oldest     = prometheus.NewDesc("precheck_queue_oldest_seconds", message.New("api.metric.oldest").String(), nil,
		nil)
	limitOf = prometheus.NewDesc("precheck_database_connections_limit", message.New("api.metric.limit").String(),
		[]string{"address"}, nil)
	inUse = prometheus.NewDesc("precheck_database_connections", message.New("api.metric.connections").String(),
		[]string{"address"}, nil)
	agentsMetric = prometheus.NewDesc("precheck_agents", message.New("api.metric.agents").String(), []string{"zone"},
		nil)
	agentContact = prometheus.NewDesc("precheck_agent_last_contact_timestamp_seconds",
		message.New("api.metric.agent_contact").String(), []string{"agent"}, nil)
	agentRuns = prometheus.NewDesc("precheck_agent_runs", message.New("api.metric.agent_runs").String(),
		[]string{"agent"}, nil)
	storeSize = prometheus.NewDesc("precheck_store_bytes", message.New("api.metric.size").String(), nil, nil)
)

// Describe sends the descriptions of the metrics.
func (c storeCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{runsMetric, queued, oldest, inUse, limitOf, storeSize, agentsMetric,
		agentContact, agentRuns} {
		to <- d
	}
}

// scrapeTime bounds the reading of the store for one scrape.
const scrapeTime = 5 * time.Second

// Collect sends the metrics.
func (c storeCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	stats, err := c.store.Stats(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(queued, err)
		return
	}
	for _, status := range statuses {
		to <- prometheus.MustNewConstMetric(runsMetric, prometheus.GaugeValue, float64(stats.Runs[status]),
			string(status))
	}
	to <- prometheus.MustNewConstMetric(queued, prometheus.GaugeValue, float64(stats.Queued))
	to <- prometheus.MustNewConstMetric(oldest, prometheus.GaugeValue, stats.Oldest.Seconds())
	for address, limit := range stats.Limits {
		to <- prometheus.MustNewConstMetric(inUse, prometheus.GaugeValue, float64(stats.Connections[address]), address)
		to <- prometheus.MustNewConstMetric(limitOf, prometheus.GaugeValue, float64(limit), address)
	}
	to <- prometheus.MustNewConstMetric(storeSize, prometheus.GaugeValue, float64(stats.Size))
	c.collectAgents(to, stats)
}

// agentLives is how long after its last call an agent counts as live: each makes one at least every 25 s.
const agentLives = time.Minute

// collectAgents sends the metrics of the agents of the configuration.
func (c storeCollector) collectAgents(to chan<- prometheus.Metric, stats runstore.Stats) {
	live, runs := map[string]int{}, map[string]int{}
	for _, a := range c.config.Agents {
		runs[a.Name] = 0
		for _, zone := range a.Zones {
			live[zone] += 0
		}
	}
	for _, a := range c.agents.Contacts() {
		last := float64(a.Last.UnixMilli()) / 1000
		to <- prometheus.MustNewConstMetric(agentContact, prometheus.GaugeValue, last, a.Name)
		for _, zone := range a.Zones {
			if time.Since(a.Last) < agentLives {
				live[zone]++
			}
		}
	}
	for owner, n := range stats.Owners {
		if name, ok := agent.NameOf(owner); ok {
			runs[name] += n
		}
	}
	for zone, n := range live {
		to <- prometheus.MustNewConstMetric(agentsMetric, prometheus.GaugeValue, float64(n), zone)
	}
	for name, n := range runs {
		to <- prometheus.MustNewConstMetric(agentRuns, prometheus.GaugeValue, float64(n), name)
	}
}

// RunMetrics counts what a worker does. It is an engine.Observer.
type RunMetrics struct {
	items    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	store    *prometheus.HistogramVec
	errors   *prometheus.CounterVec
	ended    *prometheus.CounterVec
}

// storeErrors are the errors of the store itself, and not of a call, by their name.
var storeErrors = map[string]error{"unavailable": runstore.ErrUnavailable, "locked": runstore.ErrLocked,
	"full": runstore.ErrFull, "corrupt": runstore.ErrCorrupt}

// NewRunMetrics registers the metrics of a worker and of its store.
func NewRunMetrics(registry *prometheus.Registry) *RunMetrics {
	m := &RunMetrics{
		items: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "precheck_items_total",
			Help: message.New("api.metric.items").String()}, []string{"type", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "precheck_item_duration_seconds",
			Help: message.New("api.metric.item_durations").
				String(),
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}, []string{"type"}),
		store: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "precheck_store_duration_seconds",
			Help:    message.New("api.metric.store_durations").String(),
			Buckets: prometheus.ExponentialBuckets(0.0005, 3, 9)}, []string{"method", "ok"}),
	}
	m.errors = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "precheck_store_errors_total",
		Help: message.New("api.metric.store_errors").String()}, []string{"kind"})
	m.ended = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "precheck_runs_ended_total",
		Help: message.New("api.metric.ended").String()}, []string{"status", "reason"})
	for kind := range storeErrors { // a rate needs the 0
		m.errors.WithLabelValues(kind)
	}
	for _, reason := range []runstore.EndReason{runstore.Complete, runstore.Cancelled, runstore.Interrupted,
		runstore.Refused} {
		m.ended.WithLabelValues(string(engine.StatusFailed), string(reason))
	}
	registry.MustRegister(m.items, m.duration, m.store, m.errors, m.ended)
	return m
}

// Planned has no effect.
func (m *RunMetrics) Planned(context.Context, engine.Task, engine.Plan) {}

// Started has no effect.
func (m *RunMetrics) Started(context.Context, string, engine.Item) {}

// Finished counts an item.
func (m *RunMetrics) Finished(_ context.Context, _ string, r engine.Result, _, _ int) {
	m.items.WithLabelValues(r.Item.Check.Type, string(r.Outcome)).Inc()
	m.duration.WithLabelValues(r.Item.Check.Type).Observe(r.Duration.Seconds())
}

// Observe counts a write of the store, for runstore.Options.
func (m *RunMetrics) Observe(method string, took time.Duration, err error) {
	m.store.WithLabelValues(method, strconv.FormatBool(err == nil)).Observe(took.Seconds())
	for kind, known := range storeErrors {
		if errors.Is(err, known) {
			m.errors.WithLabelValues(kind).Inc()
		}
	}
}

// Ended counts a run that has ended, for runstore.Options.
func (m *RunMetrics) Ended(r runstore.Run) {
	m.ended.WithLabelValues(string(r.Status), string(r.End)).Inc()
}

var _ engine.Observer = (*RunMetrics)(nil)
