package faults

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// fates are what becomes of the statements of a call that has its effect in part, in turns.
const (
	carriedOut     = iota // and the answer says so
	carriedOutMute        // and the answer says that there was no capacity for it
	notCarriedOut         // as the answer says
	fates
)

// partly carries out some of a call's statements. The answer is that of DynamoDB, where the statements of a request have
// no more to do with each other than requests of their own.
func partly(next http.Handler, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var call map[string]json.RawMessage
	var statements []json.RawMessage
	if err != nil || json.Unmarshal(body, &call) != nil || json.Unmarshal(call["Statements"], &statements) != nil {
		drop()
	}
	var passed []json.RawMessage
	for i, s := range statements {
		if i%fates != notCarriedOut {
			passed = append(passed, s)
		}
	}
	call["Statements"] = encode(passed)
	body = encode(call)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	a := ask(next, r)
	var answered struct{ Responses []json.RawMessage }
	if json.Unmarshal(a.body.Bytes(), &answered) != nil || len(answered.Responses) != len(passed) {
		a.send(w) // an error
		return
	}
	var said []json.RawMessage
	for i := range statements {
		fate := i % fates
		if fate == carriedOut {
			said = append(said, answered.Responses[0])
		} else {
			said = append(said, json.RawMessage(`{"Error":{"Code":"ProvisionedThroughputExceeded","Message":"injected"}}`))
		}
		if fate != notCarriedOut {
			answered.Responses = answered.Responses[1:]
		}
	}
	a.body = *bytes.NewBuffer(encode(map[string]any{"Responses": said}))
	a.setChecksum()
	a.send(w)
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came out of JSON
	}
	return text
}
