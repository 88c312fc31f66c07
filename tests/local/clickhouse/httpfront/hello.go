package httpfront

import (
	"fmt"
	"strings"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

const (
	helloQuery = "SELECT displayName(), version(), revision(), timezone()"
	// helloRevision is the protocol revision that clickhouse-go decodes its handshake with, before it knows the server's.
	helloRevision = 54460
)

// isHello tells clickhouse-go's handshake from the same words typed by a person.
func (r *request) isHello() bool {
	if r.protocol == "" || r.format != "Native" || r.urlQuery != "" {
		return false
	}
	peeked, body := peek(r.body, len(helloQuery)+1)
	r.body = body
	return strings.TrimSpace(string(peeked)) == helloQuery
}

// hello answers the handshake by hand: it is decoded with the client's revision, but the engine writes Native as of revision 0.
// Revision 0 in the answer makes the client read all that follows in just that form.
func (f *Front) hello(response *response) error {
	var block proto.Block
	for _, c := range []struct{ name, kind string }{
		{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"},
	} {
		if err := block.AddColumn(c.name, column.Type(c.kind)); err != nil {
			return fmt.Errorf("handshake: %w", err)
		}
	}
	if err := block.Append("libchdb", f.version, uint32(0), f.timezone); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	var buffer chproto.Buffer
	if err := block.Encode(&buffer, helloRevision); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	_, err := response.Write(buffer.Buf)
	return err
}
