package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// magic begins the first line of a file, before the version of the format.
const magic = "precheck-snapshot "

// limits bound what a snapshot may contain.
type limits struct {
	file   int64 // bytes of the file
	text   int64 // bytes when it is decompressed
	line   int   // bytes of the longest line: the value of a fact
	memory int64 // bytes that the values take
	facts  int
}

// bounds are the limits of every snapshot. 100,000 tables with ten columns and three indexes each take about half of
// the memory, and less of the others.
var bounds = limits{file: 256 << 20, text: 1 << 30, line: 256 << 20, memory: 1536 << 20, facts: 10_000}

const (
	headerLine = 16 << 20
	window     = 8 << 20
)

// factLine is one line of a file: a fact, or the end, which has the number of facts.
type factLine struct {
	Role     checks.Role     `json:"role,omitempty"`
	Fact     string          `json:"fact,omitempty"`
	Argument json.RawMessage `json:"argument,omitempty"` // of a query
	Form     string          `json:"form,omitempty"`     // of its values
	Scoped   bool            `json:"scoped,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"`
	Error    json.RawMessage `json:"error,omitempty"`
	End      *int            `json:"end,omitempty"`
}

// Write writes a snapshot. It fails if Read would refuse it because of its size.
func Write(w io.Writer, s *Snapshot) error {
	if _, err := io.WriteString(w, magic+strconv.Itoa(Version)+"\n"); err != nil {
		return err
	}
	compressed, err := zstd.NewWriter(w, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		return err
	}
	return errors.Join(writeLines(compressed, s), compressed.Close())
}

func writeLines(to io.Writer, s *Snapshot) error {
	out := &writer{to: to}
	out.line(s.Info, headerLine)
	count := 0
	for _, d := range s.Info.Databases {
		for _, f := range s.Facts[d.Role] {
			out.fact(d.Role, f)
			count++
		}
	}
	out.line(factLine{End: &count}, bounds.line)
	return out.err
}

// writer writes lines until an error.
type writer struct {
	to           io.Writer
	text, memory int64
	err          error
}

func (w *writer) line(value any, most int) {
	if w.err != nil {
		return
	}
	data, err := json.Marshal(value)
	if err == nil && len(data) >= most || w.text+int64(len(data)) >= bounds.text {
		err = message.Err("snapshot.large")
	}
	if err == nil {
		w.text += int64(len(data)) + 1
		_, err = w.to.Write(append(data, '\n'))
	}
	w.err = err
}

func (w *writer) fact(role checks.Role, f Fact) {
	l := factLine{Role: role, Fact: f.Fact.Name(), Form: form(f.Fact), Scoped: f.Scoped, Error: f.Err}
	if q, ok := f.Fact.(datasource.AnyQuestion); ok {
		l.Argument = q.Argument()
	}
	if f.Err == nil {
		value, err := json.Marshal(f.Value)
		if err != nil {
			w.err = errors.Join(w.err, factError(l.Fact, message.Of(err)))
			return
		}
		l.Value = value
		if w.memory += memory(f.Fact.Type(), value); w.memory > bounds.memory {
			w.err = errors.Join(w.err, message.Err("snapshot.large"))
		}
	}
	w.line(l, bounds.line)
}

// Starts reports whether what a reader is about to read starts as a snapshot does.
func Starts(r *bufio.Reader) bool {
	start, err := r.Peek(len(magic))
	return err == nil && string(start) == magic
}

// Open reads the snapshot in a file. Its errors name the file.
func Open(path string) (s *Snapshot, err error) {
	err = open(path, func(r io.Reader) error {
		s, err = Read(r)
		return err
	})
	return s, err
}

// OpenInfo reads the Info of the snapshot in a file. Its errors name the file.
func OpenInfo(path string) (i *Info, err error) {
	err = open(path, func(r io.Reader) error {
		i, err = ReadInfo(r)
		return err
	})
	return i, err
}

func open(path string, read func(io.Reader) error) error {
	err := files.Readable(path, bounds.file)
	if err == nil {
		var file *os.File
		if file, err = os.Open(path); err == nil {
			defer func() { _ = file.Close() }()
			err = read(file)
		}
	}
	if err != nil {
		return message.Err("snapshot.file", "path", path, "problem", files.Reason(err))
	}
	return nil
}

// ReadInfo reads the Info of a snapshot, and nothing of its facts.
func ReadInfo(r io.Reader) (*Info, error) {
	lines, err := newReader(r, bounds)
	if err != nil {
		return nil, err
	}
	defer lines.close()
	return lines.info()
}

// Read reads a snapshot. It refuses one that is malformed, that needs too much memory, or that a newer version of the
// program wrote.
func Read(r io.Reader) (*Snapshot, error) { return read(r, bounds) }

func read(r io.Reader, most limits) (*Snapshot, error) {
	lines, err := newReader(r, most)
	if err != nil {
		return nil, err
	}
	defer lines.close()
	return lines.snapshot()
}

// snapshot reads all lines.
func (r *reader) snapshot() (*Snapshot, error) {
	info, err := r.info()
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Info: *info, Facts: map[checks.Role][]Fact{}}
	taken := map[checks.Role]map[datasource.AnyFact]bool{}
	for _, d := range info.Databases {
		taken[d.Role] = map[datasource.AnyFact]bool{}
	}
	for count := 0; ; count++ {
		var l factLine
		if err := r.next(&l, r.most.line); err != nil {
			return nil, err
		}
		if l.End != nil {
			if *l.End != count {
				return nil, message.Err("snapshot.truncated")
			}
			break
		}
		if count >= r.most.facts {
			return nil, message.Err("snapshot.large")
		}
		f, err := r.fact(l)
		if err != nil {
			return nil, err
		}
		known := taken[l.Role]
		if known == nil || known[f.Fact] {
			return nil, factError(l.Fact, message.New("snapshot.duplicate"))
		}
		known[f.Fact] = true
		s.Facts[l.Role] = append(s.Facts[l.Role], f)
	}
	if err := r.ended(); err != nil {
		return nil, err
	}
	if !taken[checks.Master][datasource.FactServer] {
		return nil, message.Err("snapshot.no_server")
	}
	return s, nil
}

// reader reads the lines of a file.
type reader struct {
	decoder      *zstd.Decoder
	lines        *bufio.Reader
	most         limits
	text, memory int64
	facts        map[string]datasource.AnyFact
}

// newReader reads the version of the format, and prepares to read the rest.
func newReader(r io.Reader, most limits) (*reader, error) {
	all := bufio.NewReader(io.LimitReader(r, most.file))
	first := make([]byte, len(magic))
	if _, err := io.ReadFull(all, first); err != nil || string(first) != magic {
		return nil, message.Err("snapshot.not_one")
	}
	var digits strings.Builder
	for digits.Len() < 10 {
		b, err := all.ReadByte()
		if err != nil {
			return nil, message.Err("snapshot.not_one")
		}
		if b == '\n' {
			break
		}
		digits.WriteByte(b)
	}
	switch version, err := strconv.Atoi(digits.String()); {
	case err != nil || version < 1:
		return nil, message.Err("snapshot.not_one")
	case version > Version:
		return nil, message.Err("snapshot.newer", "version", version, "known", Version)
	}
	decoder, err := zstd.NewReader(all, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(uint64(most.text)))
	if err != nil {
		return nil, unreadable(err)
	}
	lines := newLines(decoder, most)
	lines.decoder = decoder
	return lines, nil
}

// newLines returns a reader of lines that are not compressed.
func newLines(from io.Reader, most limits) *reader {
	r := &reader{lines: bufio.NewReaderSize(from, 64<<10), most: most, facts: map[string]datasource.AnyFact{}}
	for _, f := range datasource.AllFacts() {
		r.facts[f.Name()] = f
	}
	return r
}

func (r *reader) close() { r.decoder.Close() }

func unreadable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return message.Err("snapshot.truncated")
	}
	return message.Err("snapshot.damaged", "problem", err)
}

// next decodes the next line, which has at most that many bytes.
func (r *reader) next(into any, most int) error {
	var line []byte
	for {
		part, err := r.lines.ReadSlice('\n')
		if r.text += int64(len(part)); len(line)+len(part) > most || r.text > r.most.text {
			return message.Err("snapshot.large")
		}
		if len(line) == 0 && len(part) > 0 && part[0] != '{' {
			return message.Err("snapshot.damaged", "problem", message.New("snapshot.no_object"))
		}
		line = append(line, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return unreadable(err)
		}
	}
	if err := json.Unmarshal(line, into); err != nil {
		return message.Err("snapshot.damaged", "problem", err)
	}
	return nil
}

func (r *reader) info() (*Info, error) {
	var i Info
	if err := r.next(&i, min(headerLine, r.most.line)); err != nil {
		return nil, err
	}
	return &i, i.valid()
}

// ended returns an error if something follows.
func (r *reader) ended() error {
	switch _, err := r.lines.ReadByte(); {
	case err == nil:
		return message.Err("snapshot.damaged", "problem", message.New("snapshot.more"))
	case !errors.Is(err, io.EOF):
		return unreadable(err)
	}
	return nil
}

var null = []byte("null")

func (r *reader) fact(l factLine) (Fact, error) {
	fact, ok := r.facts[l.Fact]
	if !ok {
		return Fact{}, message.Err("snapshot.unknown_fact", "fact", strconv.Quote(l.Fact))
	}
	f := Fact{Fact: fact, Scoped: l.Scoped, OtherForm: l.Form != form(fact)}
	if query, ok := fact.(datasource.AnyQuery); ok {
		if r.memory += 8 * int64(len(l.Argument)); r.memory > r.most.memory {
			return f, message.Err("snapshot.large")
		}
		question, err := query.Asked(l.Argument)
		if err != nil {
			return f, factError(l.Fact, message.Of(err))
		}
		f.Fact = question
	} else if l.Argument != nil {
		return f, factError(l.Fact, message.New("snapshot.argument"))
	}
	if l.Error != nil && !bytes.Equal(l.Error, null) {
		f.Err = l.Error
		return f, nil
	}
	switch {
	case l.Value == nil:
		return f, factError(l.Fact, message.New("snapshot.no_value"))
	case f.OtherForm:
		return f, nil
	}
	if r.memory += memory(fact.Type(), l.Value); r.memory > r.most.memory {
		return f, message.Err("snapshot.large")
	}
	var err error
	if f.Value, err = fact.Decode(l.Value); err == nil {
		err = complete(f.Value)
	}
	if err != nil {
		return f, factError(l.Fact, message.Of(err))
	}
	return f, nil
}
