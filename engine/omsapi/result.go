package omsapi

import (
	"container/list"
	"context"
	"sync"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// result returns a run in documented form. The names of its items have the language of the request.
func (s *Server) result(ctx context.Context, id string) (engine.Data, error) {
	e := exchangeOf(ctx)
	e.run = id
	run, err := s.store.Get(ctx, id)
	if err != nil {
		return engine.Data{}, s.storeError(err, message.New("api.what.run"))
	}
	if data, ok := s.records.get(run, e.language); ok {
		return data, nil
	}
	report, run, err := s.fleet.Report(ctx, id)
	if err != nil {
		return engine.Data{}, s.storeError(err, message.New("api.what.run"))
	}
	data := report.DataIn(e.language, s.config.ItemTypes, false)
	data.ProjectID, data.ProjectStatus, data.Progress = run.ID, run.Status, progress(run)
	s.records.put(run, e.language, data)
	return data, nil
}

// recordCache holds the documented form of the runs that were read last, so that clients that poll do not read all
// results of a run again unless it has changed.
type recordCache struct {
	mu    sync.Mutex
	order *list.List // of cached, the last used first
	byKey map[cacheKey]*list.Element
}

type cacheKey struct{ id, lang string }

type cached struct {
	cacheKey
	version int64
	data    engine.Data
}

// maxCached bounds the runs that are held.
const maxCached = 64

func newRecordCache() *recordCache {
	return &recordCache{order: list.New(), byKey: map[cacheKey]*list.Element{}}
}

func (c *recordCache) get(r runstore.Run, lang string) (engine.Data, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byKey[cacheKey{r.ID, lang}]
	if element == nil {
		return engine.Data{}, false
	}
	c.order.MoveToFront(element)
	held := element.Value.(*cached)
	return held.data, held.version == r.Version
}

func (c *recordCache) put(r runstore.Run, lang string, data engine.Data) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.byKey[cacheKey{r.ID, lang}]; element != nil {
		if held := element.Value.(*cached); held.version < r.Version {
			held.version, held.data = r.Version, data
		}
		return
	}
	c.byKey[cacheKey{r.ID, lang}] = c.order.PushFront(&cached{cacheKey{r.ID, lang}, r.Version, data})
	if c.order.Len() > maxCached {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byKey, oldest.Value.(*cached).cacheKey)
	}
}
