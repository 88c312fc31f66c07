package direct

import (
	"crypto/sha1" //nolint:gosec // one of S3's checksums
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"strings"
	"sync"
)

// checksums are those that S3 keeps with objects, by the answer's header, the cheapest first
// (docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).
var checksums = []struct {
	header string
	hash   func() hash.Hash
}{
	{"X-Amz-Checksum-Crc64nvme", func() hash.Hash { return crc64.New(nvme()) }},
	{"X-Amz-Checksum-Crc32c", func() hash.Hash { return crc32.New(castagnoli()) }},
	{"X-Amz-Checksum-Crc32", func() hash.Hash { return crc32.NewIEEE() }},
	{"X-Amz-Checksum-Sha1", sha1.New},
	{"X-Amz-Checksum-Sha256", sha256.New},
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// nvme is the table of CRC-64/NVME: the polynomial of the NVM Express specification, bits reversed.
var nvme = sync.OnceValue(func() *crc64.Table { return crc64.MakeTable(0x9a6c9329ac4bc9b5) })

// checked is the body of an answer. It ends in an error where it is not what S3 has a checksum of.
func checked(answer *http.Response) io.ReadCloser {
	for _, c := range checksums {
		want := answer.Header.Get(c.header)
		// With a hyphen it is of the checksums of an object's parts, which nobody can tell from the bytes.
		if want != "" && !strings.Contains(want, "-") {
			return &checkedBody{ReadCloser: answer.Body, hash: c.hash(), want: want}
		}
	}
	return answer.Body
}

type checkedBody struct {
	io.ReadCloser

	hash hash.Hash
	want string
}

func (c *checkedBody) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.hash.Write(b[:n])
	if errors.Is(err, io.EOF) {
		if got := base64.StdEncoding.EncodeToString(c.hash.Sum(nil)); got != c.want {
			return n, fmt.Errorf("S3's checksum is %s, and that of the body %s", c.want, got)
		}
	}
	return n, err //nolint:wrapcheck // io.Reader asks for io.EOF itself
}

// maxDropped is how much of an answer is read so that its connection can be used again.
const maxDropped = 64 << 10

// drop reads an answer that nobody wants.
func drop(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDropped) // or it is of no use any more
	_ = body.Close()                              // likewise
}
