package mysql_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// Parts of the protocol, each without the header of a packet.
const (
	greetingPacket = "\x0a8.4.0\x00\x01\x00\x00\x0012345678\x00\xff\xf7\xff\x02\x00\xff\xdf\x15" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00123456789012\x00mysql_native_password\x00"
	okPacket     = "\x00\x00\x00\x02\x00\x00\x00"
	columnPacket = "\x03def\x00\x00\x00\x01n\x00\x0c\xff\x00\xff\x00\x00\x00\xfd\x00\x00\x00\x00\x00"
	endPacket    = "\xfe\x00\x00\x02\x00\x00\x00"
	errorPacket  = "\xff\x15\x04#28000Access denied"
)

// answers packs answers as FuzzServerPackets reads them: of each, the number of its packets, and the length of each.
func answers(all ...[]string) (data []byte) {
	for _, packets := range all {
		data = append(data, byte(len(packets)))
		for _, p := range packets {
			data = append(append(data, byte(len(p))), p...)
		}
	}
	return data
}

// next takes one answer from data, as packets that begin with a sequence number. ok is false at the end.
func next(data []byte, sequence byte) (packets, rest []byte, ok bool) {
	if len(data) == 0 {
		return nil, nil, false
	}
	count, data := int(data[0]%16), data[1:]
	for range count {
		if len(data) == 0 {
			break
		}
		length := min(int(data[0]), len(data)-1)
		packets = append(packets, byte(length), 0, 0, sequence)
		packets = append(packets, data[1:1+length]...)
		data = data[1+length:]
		sequence++
	}
	return packets, data, true
}

// fuzzed serves connections with the answers of data. A client that waits for more than it gets is left.
func fuzzed(l net.Listener, data []byte) {
	var serving sync.WaitGroup
	defer serving.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		serving.Go(func() {
			defer func() { _ = c.Close() }()
			rest, sequence := data, byte(0)
			for {
				packets, after, ok := next(rest, sequence)
				if !ok {
					return
				}
				rest, sequence = after, 1
				if _, err := c.Write(packets); err != nil {
					return
				}
				if err := c.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
					return
				}
				var header [4]byte
				if _, err := io.ReadFull(c, header[:]); err != nil {
					return
				}
				sequence = header[3] + 1
				header[3] = 0
				if _, err := io.CopyN(io.Discard, c, int64(binary.LittleEndian.Uint32(header[:]))); err != nil {
					return
				}
			}
		})
	}
}

// Whatever a server answers, reading ends with facts or an error that names no fault of the program.
func FuzzServerPackets(f *testing.F) {
	ok, row := []string{okPacket}, []string{"\x01", columnPacket, endPacket, "\x011", endPacket}
	healthy := [][]string{{greetingPacket}, ok, ok, ok, ok, row, row, row, row, row}
	f.Add(answers(healthy...))
	for _, i := range []int{0, 1, 3, 5, 7} {
		for _, wrong := range [][]string{{}, {""}, {"\xff"}, {errorPacket}, {"\xfe"}, {"\xfb"}, {"\x01",
			columnPacket[:7]},
			{"\xfe\xff\xff\xff\xff\xff\xff\xff\xff"}, {"\x01", columnPacket, endPacket, "\xfe\xff"}, {greetingPacket},
			{"\x01", columnPacket, endPacket, "\x05ab"}, {"\x02", columnPacket, endPacket, "\x011", endPacket},
			{"\xfemysql_native_password\x00"}, {"\x01\x04"}} {
			changed := append(append(append([][]string{}, healthy[:i]...), wrong), healthy[i+1:]...)
			f.Add(answers(changed...))
		}
	}
	facts := []datasource.AnyFact{datasource.FactServer, datasource.FactVariables, datasource.FactGrants,
		datasource.FactTables, datasource.FactColumns}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan struct{})
		go func() { defer close(served); fuzzed(l, data) }()
		defer func() { _ = l.Close(); <-served }()
		r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", User: "u",
			Port: l.Addr().(*net.TCPAddr).Port, Password: datasource.NewSecret("hunter2"), Connections: 1,
			ConnectTimeout: 5 * time.Second, StatementTimeout: 5 * time.Second},
			func(context.Context) ([]string, error) { return []string{"shop"}, nil })
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, fact := range facts {
			_, err := r.Read(t.Context(), fact)
			if err == nil {
				continue
			}
			if failed++; failed > 2 {
				break
			}
			for _, wrong := range []string{"panic", "runtime error", "hunter2"} {
				if strings.Contains(err.Error(), wrong) && !strings.Contains(string(data), wrong) {
					t.Errorf("%v: %v", fact, err)
				}
			}
		}
		if err := r.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
}
