package runstore

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"

	"github.com/dbprecheck/precheck/datasource/message"
)

// packedFrom is the size from which texts are compressed.
const packedFrom = 4 << 10

// maxUnpacked is the maximum size of a text that was compressed.
const maxUnpacked = 1 << 30

var gzipMagic = []byte{0x1f, 0x8b}

// pack compresses JSON that is large. JSON never begins as compressed data does.
func pack(data []byte) []byte {
	if len(data) < packedFrom {
		return data
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return data
	}
	if _, err := w.Write(data); err != nil || w.Close() != nil {
		return data
	}
	return b.Bytes()
}

// unpack returns what was given to pack.
func unpack(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, gzipMagic) {
		return data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, damaged(err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	return plain, damaged(err)
}

func damaged(err error) error {
	if err == nil {
		return nil
	}
	return &Error{ErrCorrupt, message.New("runstore.damaged"), err}
}

// orNull returns a JSON text that is never nil.
func orNull(data json.RawMessage) json.RawMessage {
	if data == nil {
		return json.RawMessage("null")
	}
	return data
}

// encodeTexts returns a list of strings as the database has it.
func encodeTexts(list []string) string {
	data, _ := json.Marshal(list) // strings only
	return string(data)
}

func decodeTexts(data string) (list []string, err error) {
	return list, damaged(json.Unmarshal([]byte(data), &list))
}
