package oracletest

import "context"

// Options of an execute call.
const (
	optParse  = 0x1
	optDefine = 0x10
)

// bindRepeated is the flag of a repeated placeholder, which has no value of its own.
const bindRepeated = 0x80

// request is an execute call as the client sent it.
type request struct {
	options int
	cursor  int
	sql     string
	rows    int // requested with the answer
	binds   []bind
	values  []any
}

// bind describes one placeholder.
type bind struct {
	kind byte
	flag byte
}

// long reports whether the value follows all others.
func (b bind) long() bool { return b.kind == typeLong || b.kind == typeLongChar }

// cursor is an open statement of a session.
type cursor struct {
	id      int
	stmt    *statement
	binds   []bind
	columns []column
	rows    *rows // nil when there is nothing to fetch
	sent    int
}

// readExecute reads the arguments of an execute call.
func (s *session) readExecute(r *reader) request {
	var q request
	q.options = r.count()
	q.cursor = r.count()
	r.byte()
	length := r.uint()
	r.byte()
	fields := r.count()
	r.raw(3)
	prefetch := r.count()
	r.uint() // greatest length of a LONG
	r.byte()
	binds := r.count()
	r.raw(5)
	r.byte()
	defines := r.count()
	if s.field >= 4 {
		r.uint()
		r.raw(2)
	}
	if s.field >= 5 {
		r.byte()
		r.uint()
		r.byte()
		r.uint()
		r.uint()
	}
	if s.field >= 7 {
		r.byte()
		r.uint()
		r.byte()
	}
	if s.field >= 8 {
		r.byte()
		r.uint()
		r.byte()
		r.uint()
		r.byte()
	}
	if s.field >= 9 {
		r.byte()
		r.uint()
	}
	if length > 0 {
		q.sql = string(r.clr())
	}
	q.rows = prefetch
	for i := range fields {
		n := r.count()
		if i == 1 {
			q.rows = max(q.rows, n)
		}
	}
	for range defines {
		s.readDescriptor(r)
	}
	for range binds {
		q.binds = append(q.binds, s.readDescriptor(r))
	}
	q.values = readValues(r, q.binds)
	return q
}

func (s *session) readDescriptor(r *reader) bind {
	b := bind{kind: r.byte(), flag: r.byte()}
	r.raw(2) // precision, scale
	r.uint() // size
	r.uint() // array elements
	r.uint() // flags
	r.dlc()  // object id
	r.uint() // version
	r.uint() // character set
	r.byte() // its form
	r.uint() // size in characters
	if s.field >= 8 {
		r.uint()
	}
	return b
}

// readValues reads the values of binds: those of LONG types are last.
func readValues(r *reader, binds []bind) []any {
	values := make([]any, len(binds))
	started := false
	for _, long := range []bool{false, true} {
		for i, b := range binds {
			if b.flag&bindRepeated != 0 || b.long() != long {
				continue
			}
			if !started {
				started = true
				if r.byte() != msgRow {
					r.fail()
				}
			}
			value, err := decodeBind(b.kind, r.clr())
			if err != nil {
				r.fail()
			}
			values[i] = value
		}
	}
	return values
}

// execute answers an execute call.
func (s *session) execute(r *reader) error {
	q := s.readExecute(r)
	if r.err != nil {
		return r.err
	}
	text := q.sql
	if c := s.cursors[q.cursor]; c != nil {
		text = c.stmt.text
	}
	return s.call(StageExecute, text, func(ctx context.Context, w *writer) error {
		if q.options&optParse == 0 {
			return s.define(ctx, w, q)
		}
		stmt, err := s.srv.translate(q.sql, s)
		if err != nil {
			return err
		}
		s.lastCursor++
		c := &cursor{id: s.lastCursor, stmt: stmt, binds: q.binds}
		if err := s.open(ctx, c, q.values); err != nil {
			return err
		}
		s.cursors[c.id] = c
		if err := s.answer(ctx, w, c, q.rows, true); err != nil {
			s.closeCursor(c.id) // the client will not know its number
			return err
		}
		return nil
	}, nil)
}

// reexecute runs a statement that was parsed before with new values.
func (s *session) reexecute(code byte, r *reader) error {
	c, count := s.cursors[r.count()], r.count()
	r.uint()
	r.uint()
	if c == nil {
		return s.logonError(oraError(1001))
	}
	values := readValues(r, c.binds)
	if r.err != nil {
		return r.err
	}
	return s.call(StageExecute, c.stmt.text, func(ctx context.Context, w *writer) error {
		if err := s.open(ctx, c, values); err != nil {
			return err
		}
		return s.answer(ctx, w, c, count, false)
	}, nil)
}

// define answers the second call for a result with LONG or CLOB columns, which defines their format and then
// fetches.
func (s *session) define(ctx context.Context, w *writer, q request) error {
	c := s.cursors[q.cursor]
	if c == nil {
		return oraError(1001)
	}
	if q.options&optDefine == 0 {
		return s.answer(ctx, w, c, q.rows, false)
	}
	for i := range c.columns {
		if c.columns[i].kind == typeClob {
			c.columns[i].kind = typeLongChar
		}
	}
	return s.sendRows(ctx, w, c, q.rows)
}

// open runs the cursor's statement.
func (s *session) open(ctx context.Context, c *cursor, values []any) error {
	args, err := c.stmt.arguments(c.binds, values)
	if err != nil {
		return err
	}
	s.srv.record(Statement{Session: s.id, User: s.user, SQL: c.stmt.text, Binds: args})
	c.rows, c.columns, c.sent = nil, nil, 0
	switch c.stmt.kind {
	case kindReadOnly:
		s.readOnly = true
	case kindWrite:
		if s.readOnly {
			return oraError(1456)
		}
		return oraError(1031)
	case kindQuery:
		c.rows, err = s.srv.db.query(ctx, s.ctx, c.stmt, args)
		if err != nil {
			return err
		}
		c.columns = c.rows.columns
	}
	return nil
}

// answer describes the result, if requested, and sends the first rows.
func (s *session) answer(ctx context.Context, w *writer, c *cursor, rows int, describe bool) error {
	if c.rows == nil {
		s.parameters(w)
		s.status(w, state{cursor: c.id})
		return nil
	}
	if describe {
		s.describe(w, c)
		for _, col := range c.columns {
			if col.longLike() {
				s.parameters(w)
				s.status(w, state{cursor: c.id})
				return nil
			}
		}
	}
	return s.sendRows(ctx, w, c, rows)
}

func (s *session) describe(w *writer, c *cursor) {
	size := 0
	for _, col := range c.columns {
		size += col.size
	}
	w.bytes(msgDescribe, 0)
	w.uint(uint64(size))
	w.uint(uint64(len(c.columns)))
	if len(c.columns) > 0 {
		w.bytes(0)
	}
	for i, col := range c.columns {
		col.describe(w, i+1, s.field)
	}
	w.dlc("")
	w.uint(0)
	w.uint(0)
	if s.field >= 4 {
		w.uint(0)
		w.uint(0)
	}
	if s.field >= 5 {
		w.dlc("")
	}
}

// parameters writes the return values of an execute call: none.
func (s *session) parameters(w *writer) {
	w.bytes(msgParameters)
	w.uint(2)
	w.uint(0)
	w.uint(0)
	w.uint(0)
	w.uint(0)
	if s.field >= 4 {
		w.uint(0) // length of the query id, for change notification
	}
}

// sendRows writes up to n rows and the status, which indicates whether there are more.
func (s *session) sendRows(ctx context.Context, w *writer, c *cursor, n int) error {
	w.bytes(msgRowHeader, 0)
	w.uint(uint64(len(c.columns)))
	w.uint(0)
	w.uint(uint64(n))
	w.uint(0)
	w.dlc("")
	w.dlc("")
	sent, end := 0, false
	for sent < n {
		values, err := c.rows.next()
		if err != nil {
			return err
		}
		if values == nil {
			end = true
			break
		}
		if err := s.srv.faults.strike(ctx, StageRow, c.stmt.text, s); err != nil {
			return err
		}
		w.bytes(msgRow)
		for i, col := range c.columns {
			encoded, err := col.encode(values[i])
			if err != nil {
				return err
			}
			w.clr(encoded)
			if col.kind == typeLong || col.kind == typeLongChar {
				w.uint(0) // indicator
				w.uint(0) // code
			}
		}
		sent++
	}
	c.sent += sent
	s.parameters(w)
	s.status(w, state{cursor: c.id, rows: c.sent, end: end})
	return nil
}

// fetch answers a call for more rows.
func (s *session) fetch(r *reader) error {
	id, n := r.count(), r.count()
	if r.err != nil {
		return r.err
	}
	c := s.cursors[id]
	text := ""
	if c != nil {
		text = c.stmt.text
	}
	s.srv.wire.fetches.Add(1)
	return s.call(StageFetch, text, func(ctx context.Context, w *writer) error {
		if c == nil || c.rows == nil {
			return oraError(1001)
		}
		return s.sendRows(ctx, w, c, n)
	}, nil)
}

func (s *session) closeCursor(id int) {
	if c := s.cursors[id]; c != nil {
		c.close()
		delete(s.cursors, id)
	}
}

func (s *session) closeCursors() {
	for id := range s.cursors {
		s.closeCursor(id)
	}
}

func (c *cursor) close() {
	if c.rows != nil {
		c.rows.close()
	}
}

// arguments returns the values for the placeholders in the order of their occurrence.
func (st *statement) arguments(binds []bind, values []any) ([]any, error) {
	switch {
	case len(binds) < len(st.binds):
		return nil, oraError(1008)
	case len(binds) > len(st.binds):
		return nil, oraError(1036)
	}
	args := make([]any, len(values))
	first := make(map[string]any)
	for i, name := range st.binds {
		args[i] = values[i]
		if binds[i].flag&bindRepeated != 0 {
			args[i] = first[name]
		} else if _, seen := first[name]; !seen {
			first[name] = values[i]
		}
	}
	return args, nil
}
