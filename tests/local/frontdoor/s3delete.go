package frontdoor

import (
	"encoding/xml"
	"net/http"
	"net/url"
)

// deletions deletes objects one by one where moto fails to delete them together: on some buckets with many versions it answers
// 500 to DeleteObjects, part of which is done by then.
func deletions() Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if service(r) != "s3" || r.Method != http.MethodPost || !r.URL.Query().Has("delete") {
				next.ServeHTTP(w, r)
				return
			}
			body, err := readBody(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			a := ask(next, r)
			var asked deleteObjects
			if a.status < http.StatusInternalServerError || xml.Unmarshal(body, &asked) != nil {
				a.send(w)
				return
			}
			asked.oneByOne(next, r).send(w)
		})
	}
}

// deleteObjects is what DeleteObjects is asked (docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html).
type deleteObjects struct {
	Quiet   bool         `xml:"Quiet"`
	Objects []objectName `xml:"Object"`
}

type objectName struct {
	Key       string `xml:"Key"`
	VersionID string `xml:"VersionId,omitempty"`
}

// deleteResult is what it answers.
type deleteResult struct {
	XMLName xml.Name      `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []objectName  `xml:"Deleted"`
	Errors  []deleteError `xml:"Error"`
}

type deleteError struct {
	objectName
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
}

// deleteAttempts is how often one object is tried.
const deleteAttempts = 3

// oneByOne deletes each object by a request of its own, made of the one that asked for all.
func (d deleteObjects) oneByOne(next http.Handler, r *http.Request) *answer {
	var result deleteResult
	for _, o := range d.Objects {
		var a *answer
		for range deleteAttempts {
			if a = ask(next, o.request(r)); a.status < http.StatusInternalServerError {
				break
			}
		}
		switch {
		case !a.ok():
			result.Errors = append(result.Errors, deleteError{o, "InternalError", http.StatusText(a.status)})
		case !d.Quiet:
			result.Deleted = append(result.Deleted, o)
		}
	}
	a := &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/xml"}}}
	text, err := xml.Marshal(result)
	if err != nil {
		panic(err) // texts
	}
	a.body.WriteString(xml.Header)
	a.body.Write(text)
	return a
}

func (o objectName) request(r *http.Request) *http.Request {
	one := r.Clone(r.Context())
	one.Method = http.MethodDelete
	one.URL = r.URL.JoinPath(o.Key)
	query := url.Values{}
	if o.VersionID != "" {
		query.Set("versionId", o.VersionID)
	}
	one.URL.RawQuery = query.Encode()
	one.RequestURI = one.URL.RequestURI()
	one.Header.Del("Content-Md5")
	one.Header.Del("Content-Type")
	setBody(one, nil)
	return one
}
