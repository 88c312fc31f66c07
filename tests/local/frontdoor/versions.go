package frontdoor

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
)

// objectVersions encodes the keys in a list of object versions when the client asks for that, as Terraform's provider
// does before it empties a bucket. moto returns them as they are.
func objectVersions() Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			if service(r) != "s3" || r.Method != http.MethodGet || !query.Has("versions") || query.Get("encoding-type") != "url" {
				next.ServeHTTP(w, r)
				return
			}
			a := ask(next, r)
			if a.ok() {
				encoded := keyElement.ReplaceAllFunc(a.body.Bytes(), encodeElement)
				a.body.Reset()
				a.body.Write(encoded)
			}
			a.send(w)
		})
	}
}

// keyElement is an element whose text S3 encodes (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html).
var keyElement = regexp.MustCompile(`<(Key|KeyMarker|NextKeyMarker|Prefix|Delimiter)>([^<]*)</`)

func encodeElement(element []byte) []byte {
	parts := keyElement.FindSubmatch(element)
	key := url.QueryEscape(html.UnescapeString(string(parts[2])))
	return fmt.Appendf(nil, "<%s>%s</", parts[1], key)
}
