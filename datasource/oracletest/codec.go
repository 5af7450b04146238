package oracletest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// writer builds one message of the two-task common (TTC) layer in the "universal" representation: numbers are
// a count of bytes followed by the bytes, in big-endian order.
type writer struct {
	buf       bytes.Buffer
	bigChunks bool // chunk lengths are numbers, not single bytes
}

func (w *writer) bytes(b ...byte) { w.buf.Write(b) }

// uint writes UB2, UB4 and UB8, which have the same format.
func (w *writer) uint(n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	trimmed := bytes.TrimLeft(b[:], "\x00")
	w.buf.WriteByte(byte(len(trimmed)))
	w.buf.Write(trimmed)
}

// int writes SB2 and SB4: bit 7 of the count is the sign.
func (w *writer) int(n int64) {
	if n >= 0 {
		w.uint(uint64(n))
		return
	}
	at := w.buf.Len()
	w.uint(uint64(-n))
	w.buf.Bytes()[at] |= 0x80
}

// maxShort is the longest value that is written without chunks.
const maxShort = 252

// clr writes a value with its length; nil and empty are NULL.
func (w *writer) clr(b []byte) {
	if len(b) <= maxShort {
		w.buf.WriteByte(byte(len(b)))
		w.buf.Write(b)
		return
	}
	chunk := 0x40
	if w.bigChunks {
		chunk = 0x7FFF
	}
	w.buf.WriteByte(0xFE)
	for len(b) > 0 {
		n := min(chunk, len(b))
		if w.bigChunks {
			w.uint(uint64(n))
		} else {
			w.buf.WriteByte(byte(n))
		}
		w.buf.Write(b[:n])
		b = b[n:]
	}
	w.buf.WriteByte(0)
}

// dlc writes a length and, unless it is zero, the value.
func (w *writer) dlc(s string) {
	w.uint(uint64(len(s)))
	if s != "" {
		w.clr([]byte(s))
	}
}

// pair writes a key, its value and a flag, as the logon messages hold them.
func (w *writer) pair(key, value string, flag uint64) {
	w.dlc(key)
	w.dlc(value)
	w.uint(flag)
}

var errMalformed = errors.New("malformed message from the client")

// reader reads one stream of TTC messages. After a failure every further read returns zeros, and err is the
// failure.
type reader struct {
	src       io.ByteReader
	bigChunks bool
	err       error
}

func (r *reader) byte() byte {
	if r.err != nil {
		return 0
	}
	b, err := r.src.ReadByte()
	if err != nil {
		r.err = err
		return 0
	}
	return b
}

// maxValue is the maximum length of a value that a client may declare.
const maxValue = 1 << 24

func (r *reader) raw(n int) []byte {
	if n > maxValue {
		r.fail()
	}
	if r.err != nil {
		return nil
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = r.byte()
	}
	return b
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errMalformed
	}
}

func (r *reader) uint() uint64 {
	n := int(r.byte())
	if n&0x80 != 0 {
		n &= 0x7F
	}
	if n > 8 {
		r.fail()
		return 0
	}
	var v uint64
	for _, b := range r.raw(n) {
		v = v<<8 | uint64(b)
	}
	return v
}

// count reads the size of the data that follows.
func (r *reader) count() int {
	n := r.uint()
	if n > maxValue {
		r.fail()
		return 0
	}
	return int(n)
}

// clr reads a value; nil is NULL.
func (r *reader) clr() []byte {
	n := r.byte()
	switch n {
	case 0, 0xFD, 0xFF:
		return nil
	case 0xFE:
	default:
		return r.raw(int(n))
	}
	var value []byte
	for r.err == nil {
		chunk := 0
		if r.bigChunks {
			chunk = r.count()
		} else {
			chunk = int(r.byte())
		}
		if chunk == 0 {
			break
		}
		value = append(value, r.raw(chunk)...)
		if len(value) > maxValue {
			r.fail()
		}
	}
	return value
}

func (r *reader) dlc() []byte {
	if r.uint() == 0 {
		return nil
	}
	return r.clr()
}

func (r *reader) pair() (key, value string) {
	key, value = string(r.dlc()), string(r.dlc())
	r.uint()
	return key, value
}
