package frontdoor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

const redriveAllowPolicy = "RedriveAllowPolicy"

// queueAttributes keeps the redrive allow policies, which moto forgets, and returns redrive policies in the compact
// form in which AWS does: Terraform would see a difference in the spaces.
func queueAttributes() Middleware {
	kept := &queuePolicies{byPath: map[string]string{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			action, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
			if !ok || !slices.Contains([]string{"CreateQueue", "SetQueueAttributes", "GetQueueAttributes", "DeleteQueue"}, action) {
				next.ServeHTTP(w, r)
				return
			}
			body, err := readBody(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			var call queueCall
			if json.Unmarshal(body, &call) != nil {
				next.ServeHTTP(w, r) // moto words the complaint
				return
			}
			if action == "GetQueueAttributes" {
				kept.get(next, r, call).send(w)
				return
			}
			a := ask(next, r)
			if a.ok() {
				kept.note(action, call, a)
			}
			a.send(w)
		})
	}
}

type queueCall struct {
	QueueURL       string `json:"QueueUrl"`
	Attributes     map[string]string
	AttributeNames []string
}

type queuePolicies struct {
	mu     sync.Mutex
	byPath map[string]string // a queue's redrive allow policy
}

// note follows a call that changed a queue.
func (p *queuePolicies) note(action string, call queueCall, a *answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	queue := call.QueueURL
	if action == "CreateQueue" {
		queue, _ = a.object()["QueueUrl"].(string)
	}
	policy, named := call.Attributes[redriveAllowPolicy]
	switch {
	case action == "DeleteQueue", named && policy == "":
		delete(p.byPath, queuePath(queue))
	case named:
		p.byPath[queuePath(queue)] = policy
	}
}

// get answers GetQueueAttributes. moto refuses to be asked for a policy that it does not know, so it is asked for
// something else in its place.
func (p *queuePolicies) get(next http.Handler, r *http.Request, call queueCall) *answer {
	wanted := slices.Contains(call.AttributeNames, "All")
	onlyFor := false // asked in place of the policy
	if i := slices.Index(call.AttributeNames, redriveAllowPolicy); i >= 0 {
		wanted = true
		onlyFor = !slices.Contains(call.AttributeNames, "QueueArn") && !slices.Contains(call.AttributeNames, "All")
		call.AttributeNames[i] = "QueueArn"
		setJSON(r, map[string]any{"QueueUrl": call.QueueURL, "AttributeNames": call.AttributeNames})
	}
	a := ask(next, r)
	if !a.ok() {
		return a
	}
	o := a.object()
	attributes, _ := o["Attributes"].(map[string]any)
	if o == nil || attributes == nil {
		return a
	}
	if onlyFor {
		delete(attributes, "QueueArn")
	}
	if redrive, ok := attributes["RedrivePolicy"].(string); ok {
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(redrive)) == nil {
			attributes["RedrivePolicy"] = compact.String()
		}
	}
	p.mu.Lock()
	policy := p.byPath[queuePath(call.QueueURL)]
	p.mu.Unlock()
	if wanted && policy != "" {
		attributes[redriveAllowPolicy] = policy
	}
	a.setObject(o)
	return a
}

// queuePath is the part of a queue's URL that does not depend on where it was asked.
func queuePath(queue string) string {
	u, err := url.Parse(queue)
	if err != nil {
		return queue
	}
	return u.Path
}
