package frontdoor

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// bucketPolicies keeps statements that refuse plain HTTP from moto, which applies them to everybody whatever their
// condition, and returns the policy as it was put. The local stack has no TLS; what the policy says is proved by the
// plan.
func bucketPolicies() Middleware {
	kept := &policies{byBucket: map[string][]byte{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			_, policy := r.URL.Query()["policy"]
			if service(r) != "s3" || bucket == "" || key != "" || !policy && r.Method != http.MethodDelete {
				next.ServeHTTP(w, r)
				return
			}
			switch r.Method {
			case http.MethodPut:
				kept.put(next, w, r, bucket)
			case http.MethodGet:
				kept.get(next, w, r, bucket)
			case http.MethodDelete: // the policy or the bucket
				a := ask(next, r)
				if a.ok() && (policy || r.URL.RawQuery == "" || r.URL.Query().Has("x-id")) {
					kept.set(bucket, nil)
				}
				a.send(w)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

type policies struct {
	mu       sync.Mutex
	byBucket map[string][]byte
}

func (p *policies) set(bucket string, policy []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if policy == nil {
		delete(p.byBucket, bucket)
		return
	}
	p.byBucket[bucket] = policy
}

func (p *policies) put(next http.Handler, w http.ResponseWriter, r *http.Request, bucket string) {
	original, err := readBody(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	stripped, changed := withoutTLSOnly(original)
	if !changed {
		original = nil // moto keeps it as it is
	} else {
		setBody(r, stripped)
		for name := range r.Header { // checksums of the body as it was
			if lower := strings.ToLower(name); lower == "content-md5" || strings.HasPrefix(lower, "x-amz-checksum-") {
				r.Header.Del(name)
			}
		}
	}
	a := ask(next, r)
	if a.ok() {
		p.set(bucket, original)
	}
	a.send(w)
}

func (p *policies) get(next http.Handler, w http.ResponseWriter, r *http.Request, bucket string) {
	a := ask(next, r)
	p.mu.Lock()
	original := p.byBucket[bucket]
	p.mu.Unlock()
	if a.ok() && original != nil {
		a.body.Reset()
		a.body.Write(original)
	}
	a.send(w)
}

// withoutTLSOnly removes the statements that deny what does not come over TLS.
func withoutTLSOnly(policy []byte) (stripped []byte, changed bool) {
	var document map[string]any
	if json.Unmarshal(policy, &document) != nil {
		return policy, false
	}
	statements, ok := document["Statement"].([]any)
	if !ok {
		statements = []any{document["Statement"]}
	}
	kept := []any{}
	for _, s := range statements {
		if !deniesPlainHTTP(s) {
			kept = append(kept, s)
		}
	}
	if len(kept) == len(statements) {
		return policy, false
	}
	document["Statement"] = kept
	stripped, err := json.Marshal(document)
	if err != nil {
		panic(err) // it came out of JSON
	}
	return stripped, true
}

func deniesPlainHTTP(statement any) bool {
	s, ok := statement.(map[string]any)
	if !ok || s["Effect"] != "Deny" {
		return false
	}
	condition, _ := s["Condition"].(map[string]any)
	for operator, keys := range condition {
		if !strings.EqualFold(operator, "Bool") {
			continue
		}
		values, _ := keys.(map[string]any)
		for key, value := range values {
			if strings.EqualFold(key, "aws:SecureTransport") {
				list, isList := value.([]any)
				return value == "false" || value == false || isList && len(list) == 1 && list[0] == "false"
			}
		}
	}
	return false
}
