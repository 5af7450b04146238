package optionfile

import (
	"bytes"
	"context"
	"crypto/aes"
	"encoding/binary"
	"os"
	"slices"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// The parts of a login file (mysys/my_default.cc of MySQL): unused bytes, the key, and lines, each with its length.
const (
	loginUnused = 4
	loginKey    = 20
	loginLength = 4
)

// loginFile returns the path of the file of login paths, as the client does.
func loginFile() string {
	if path := os.Getenv("MYSQL_TEST_LOGIN_FILE"); path != "" {
		return path
	}
	return inHome(".mylogin.cnf")
}

// ReadLogin reads a login path that mysql_config_editor stored. It fails if there is none of that name.
func ReadLogin(ctx context.Context, name string) (Options, error) {
	path := loginFile()
	info, err := os.Stat(path)
	if err != nil {
		return Options{}, unreadable(path, err)
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 { // as the client does
		return Options{}, message.Err("engine.optionfile.login_mode", "path", path)
	}
	data, err := files.Read(ctx, path, maxFile)
	if err != nil {
		return Options{}, unreadable(path, err)
	}
	text, ok := plain(data)
	if !ok {
		return Options{}, message.Err("engine.optionfile.login_form", "path", path)
	}
	r := reader{ctx: ctx, groups: []string{name}}
	if err := r.lines(path, text, maxDepth); err != nil {
		return Options{}, err
	}
	if !r.found {
		return Options{}, message.Err("engine.optionfile.login_missing", "path", path, "name", name)
	}
	return r.options, nil
}

// plain decrypts a login file. Its encryption only hides it from a glance, because the file holds the key.
func plain(data []byte) (text []byte, ok bool) {
	if len(data) < loginUnused+loginKey {
		return nil, false
	}
	var key [aes.BlockSize]byte
	for i, b := range data[loginUnused : loginUnused+loginKey] {
		key[i%len(key)] ^= b
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, false
	}
	for rest := data[loginUnused+loginKey:]; len(rest) > 0; {
		if len(rest) < loginLength {
			return nil, false
		}
		length := int64(binary.LittleEndian.Uint32(rest))
		rest = rest[loginLength:]
		if length == 0 || length%aes.BlockSize != 0 || length > int64(len(rest)) {
			return nil, false
		}
		line := slices.Clone(rest[:length])
		rest = rest[length:]
		for at := 0; at < len(line); at += aes.BlockSize {
			block.Decrypt(line[at:], line[at:])
		}
		padding := int(line[len(line)-1])
		if padding == 0 || padding > aes.BlockSize ||
			!bytes.HasSuffix(line, bytes.Repeat([]byte{byte(padding)}, padding)) {
			return nil, false
		}
		text = append(text, line[:len(line)-padding]...)
	}
	return text, true
}
