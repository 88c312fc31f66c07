package httpfront

import (
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encodings are the content encodings offered, the preferred ones first.
var encodings = []string{"zstd", "br", "gzip", "deflate"}

// chooseEncoding picks the answer's content encoding out of an Accept-Encoding header: "" for none.
func chooseEncoding(accept string) string {
	for _, name := range encodings {
		for offered := range strings.SplitSeq(accept, ",") {
			token, quality, _ := strings.Cut(strings.TrimSpace(offered), ";")
			if strings.TrimSpace(token) == name && strings.TrimSpace(quality) != "q=0" {
				return name
			}
		}
	}
	return ""
}

func contentDecoder(encoding string, body io.Reader) (io.Reader, error) {
	var decoder io.Reader
	var err error
	switch encoding {
	case "", "identity":
		return body, nil
	case "gzip":
		decoder, err = gzip.NewReader(body)
	case "deflate":
		decoder, err = zlib.NewReader(body)
	case "br":
		return brotli.NewReader(body), nil
	case "zstd":
		decoder, err = zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
	default:
		return nil, exception(notImplemented, "NOT_IMPLEMENTED", fmt.Sprintf("content encoding %q is not supported", encoding))
	}
	if err != nil {
		return nil, exception(cannotDecompress, "CANNOT_DECOMPRESS", fmt.Sprintf("the body is no %s: %v", encoding, err))
	}
	return decoder, nil
}

func contentEncoder(encoding string, to io.Writer) io.WriteCloser {
	switch encoding {
	case "gzip":
		return gzip.NewWriter(to)
	case "deflate":
		return zlib.NewWriter(to)
	case "br":
		return brotli.NewWriterLevel(to, brotli.BestSpeed)
	case "zstd":
		encoder, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(fmt.Sprintf("zstd refuses its own options: %v", err))
		}
		return encoder
	}
	return plainWriter{to}
}

type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }
