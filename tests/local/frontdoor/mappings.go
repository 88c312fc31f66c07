package frontdoor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// eventSourceMappings gives the polling to the host. moto's own runs inside SendMessage and burns receive counts, so
// in moto every mapping is disabled; callers see the state that they asked for.
func eventSourceMappings(host *lambdahost.Host) Middleware {
	m := &mappings{host: host, byID: map[string]lambdahost.Mapping{}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			parts := mappingPath.FindStringSubmatch(r.URL.EscapedPath())
			if parts == nil {
				next.ServeHTTP(w, r)
				return
			}
			switch id := parts[1]; {
			case r.Method == http.MethodPost || r.Method == http.MethodPut:
				m.change(next, w, r, id)
			case r.Method == http.MethodGet && id == "":
				m.list(next, w, r)
			default:
				m.getOrDelete(next, w, r, id)
			}
		})
	}
}

type mappings struct {
	host *lambdahost.Host

	mu   sync.Mutex
	byID map[string]lambdahost.Mapping
}

// mappingCall is a call that creates or changes a mapping. What it does not name stays as it is.
type mappingCall struct {
	EventSourceArn, FunctionName   string
	Enabled                        *bool
	BatchSize                      *int
	MaximumBatchingWindowInSeconds *int
	FunctionResponseTypes          *[]string
	ScalingConfig                  *struct{ MaximumConcurrency int }
	FilterCriteria                 *struct{ Filters []any }
}

func (c mappingCall) apply(m lambdahost.Mapping) lambdahost.Mapping {
	if c.EventSourceArn != "" {
		m.QueueARN = c.EventSourceArn
	}
	if c.Enabled != nil {
		m.Enabled = *c.Enabled
	}
	if c.BatchSize != nil {
		m.BatchSize = *c.BatchSize
	}
	if c.MaximumBatchingWindowInSeconds != nil {
		m.Window = time.Duration(*c.MaximumBatchingWindowInSeconds) * time.Second
	}
	if c.FunctionResponseTypes != nil {
		m.ReportBatchItemFailures = false
		for _, kind := range *c.FunctionResponseTypes {
			m.ReportBatchItemFailures = m.ReportBatchItemFailures || kind == "ReportBatchItemFailures"
		}
	}
	if c.ScalingConfig != nil {
		m.MaximumConcurrency = c.ScalingConfig.MaximumConcurrency
	}
	return m
}

func (m *mappings) change(next http.Handler, w http.ResponseWriter, r *http.Request, id string) {
	var call mappingCall
	var forward map[string]any
	body, err := readBody(r)
	if err == nil {
		err = json.Unmarshal(body, &forward)
	}
	if err == nil {
		err = json.Unmarshal(body, &call)
	}
	if err == nil && call.FilterCriteria != nil && len(call.FilterCriteria.Filters) > 0 {
		err = errors.New("filter criteria: the local Lambda host has none, and will not deliver what they would keep out")
	}
	m.mu.Lock()
	before, known := m.byID[id]
	m.mu.Unlock()
	if !known {
		before.Enabled = true // the default of a new one
	}
	after := call.apply(before)
	if err == nil && (id == "" || known) {
		err = after.Validate()
	}
	if err != nil {
		sendError(w, http.StatusBadRequest, "InvalidParameterValueException", err.Error())
		return
	}
	if twin := m.twin(id, call); twin != "" {
		sendError(w, http.StatusConflict, "ResourceConflictException", fmt.Sprintf(
			"An event source mapping with SQS arn (%q) and function (%q) already exists. Please update or delete the existing mapping with UUID %s",
			call.EventSourceArn, call.FunctionName, twin))
		return
	}
	forward["Enabled"] = false
	setJSON(r, forward)
	a := ask(next, r)
	if !a.ok() {
		a.send(w)
		return
	}
	o := a.object()
	after.UUID, _ = o["UUID"].(string)
	if call.FunctionName != "" {
		after.FunctionARN, _ = o["FunctionArn"].(string)
		after.FunctionARN = unqualified(after.FunctionARN)
		if _, qualifier := lambdahost.ParseName(call.FunctionName); qualifier != "" {
			after.FunctionARN += ":" + qualifier
		}
	}
	if err := m.host.Map(after); err != nil {
		sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
		return
	}
	m.mu.Lock()
	m.byID[after.UUID] = after
	m.mu.Unlock()
	m.complete(o)
	a.setObject(o)
	a.send(w)
}

// twin is the mapping that stands in the way of a new one.
func (m *mappings) twin(id string, call mappingCall) string {
	if id != "" {
		return ""
	}
	name, qualifier := lambdahost.ParseName(call.FunctionName)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.byID {
		otherName, otherQualifier := lambdahost.ParseName(other.FunctionARN)
		if other.QueueARN == call.EventSourceArn && otherName == name && otherQualifier == qualifier {
			return other.UUID
		}
	}
	return ""
}

func (m *mappings) getOrDelete(next http.Handler, w http.ResponseWriter, r *http.Request, id string) {
	a := ask(next, r)
	if o := a.object(); a.ok() && o != nil {
		m.complete(o)
		a.setObject(o)
	}
	if a.ok() && r.Method == http.MethodDelete {
		m.host.Unmap(id)
		m.mu.Lock()
		delete(m.byID, id)
		m.mu.Unlock()
	}
	a.send(w)
}

// list filters by function itself: moto overlooks mappings whose function was named by its ARN.
func (m *mappings) list(next http.Handler, w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	wanted := query.Get("FunctionName")
	query.Del("FunctionName")
	r.URL.RawQuery = query.Encode()
	a := ask(next, r)
	if !a.ok() {
		a.send(w)
		return
	}
	name, _ := lambdahost.ParseName(wanted)
	o := a.object()
	all, _ := o["EventSourceMappings"].([]any)
	kept := []any{}
	for _, each := range all {
		mapping, ok := each.(map[string]any)
		if !ok {
			continue
		}
		m.complete(mapping)
		arn, _ := mapping["FunctionArn"].(string)
		if its, _ := lambdahost.ParseName(arn); wanted == "" || its == name {
			kept = append(kept, mapping)
		}
	}
	o["EventSourceMappings"] = kept
	a.setObject(o)
	a.send(w)
}

// complete puts the true state into moto's description of a mapping.
func (m *mappings) complete(o map[string]any) {
	id, _ := o["UUID"].(string)
	m.mu.Lock()
	known, ok := m.byID[id]
	m.mu.Unlock()
	if !ok {
		return
	}
	o["FunctionArn"] = known.FunctionARN
	switch {
	case o["State"] != "Disabled": // it is being deleted
	case known.Enabled:
		o["State"] = "Enabled"
	case m.host.Draining(id):
		o["State"] = "Disabling"
	}
}
