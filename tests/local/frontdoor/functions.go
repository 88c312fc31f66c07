package frontdoor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// functions tells the host what is deployed, and keeps the settings that moto forgets.
func functions(host *lambdahost.Host, code codeStore) Middleware {
	f := &functionShim{host: host, code: code, byName: map[string]*settings{}}
	handlers := map[string]func(http.Handler, http.ResponseWriter, *http.Request, functionCall){
		"POST ":             f.create,
		"PUT code":          f.updateCode,
		"PUT configuration": f.updateConfiguration,
		"DELETE ":           f.remove,
		"GET ":              f.get,
		"GET configuration": f.get,
		"POST versions":     f.publish,
		"PUT concurrency":   f.reserve, "DELETE concurrency": f.reserve,
		"POST aliases": f.alias, "PUT aliases": f.alias, "DELETE aliases": f.alias,
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			call, ok := parseFunctionCall(r)
			handle := handlers[call.operation]
			if !ok || handle == nil || call.operation == "GET " && call.name == "" {
				next.ServeHTTP(w, r)
				return
			}
			handle(next, w, r, call)
		})
	}
}

type functionShim struct {
	host *lambdahost.Host
	code codeStore

	mu     sync.Mutex
	byName map[string]*settings
}

// configuration is what the host needs of Lambda's description of a function, in calls and in answers.
type configuration struct {
	FunctionName, FunctionArn, Role, Runtime, Handler, Version string
	Timeout, MemorySize                                        int
	Environment                                                struct{ Variables map[string]string }
}

func (c configuration) function(zip []byte) lambdahost.Function {
	return lambdahost.Function{
		Name: c.FunctionName, ARN: unqualified(c.FunctionArn), Role: c.Role, Runtime: c.Runtime, Handler: c.Handler,
		Timeout: time.Duration(c.Timeout) * time.Second, MemoryMB: c.MemorySize, Environment: c.Environment.Variables,
		Code: zip,
	}
}

// unqualified takes a version or an alias off an ARN.
func unqualified(arn string) string {
	parts := strings.Split(arn, ":")
	return strings.Join(parts[:min(len(parts), 7)], ":")
}

func (f *functionShim) create(next http.Handler, w http.ResponseWriter, r *http.Request, _ functionCall) {
	var call struct {
		configuration
		settings
		Code    codeSource
		Publish bool
	}
	zip, err := f.read(r, &call, func() (configuration, codeSource) { return call.configuration, call.Code })
	if err != nil {
		sendError(w, http.StatusBadRequest, "InvalidParameterValueException", err.Error())
		return
	}
	f.deploy(next, w, r, deployment{zip: zip, publish: call.Publish, changed: &call.settings})
}

func (f *functionShim) updateCode(next http.Handler, w http.ResponseWriter, r *http.Request, _ functionCall) {
	var call struct {
		codeSource
		Publish, DryRun bool
	}
	zip, err := f.read(r, &call, func() (configuration, codeSource) {
		return configuration{Runtime: "provided."}, call.codeSource // the runtime was checked when it was set
	})
	switch {
	case err != nil:
		sendError(w, http.StatusBadRequest, "InvalidParameterValueException", err.Error())
	case call.DryRun:
		next.ServeHTTP(w, r)
	default:
		f.deploy(next, w, r, deployment{zip: zip, publish: call.Publish})
	}
}

func (f *functionShim) updateConfiguration(next http.Handler, w http.ResponseWriter, r *http.Request, _ functionCall) {
	var call settings
	body, err := readBody(r)
	if err == nil {
		err = json.Unmarshal(body, &call)
	}
	if err != nil {
		sendError(w, http.StatusBadRequest, "InvalidRequestContentException", err.Error())
		return
	}
	f.deploy(next, w, r, deployment{changed: &call})
}

// read takes a call with code apart and fetches and checks the code before moto is told of it.
func (f *functionShim) read(r *http.Request, call any, parts func() (configuration, codeSource)) ([]byte, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, call); err != nil {
		return nil, fmt.Errorf("could not parse request body into json: %w", err)
	}
	c, source := parts()
	zip, err := f.code.fetch(r.Context(), source)
	if err != nil {
		return nil, err
	}
	if err := f.host.Check(c.function(zip)); err != nil {
		return nil, err
	}
	return zip, nil
}

type deployment struct {
	zip     []byte // nil: the code stays
	publish bool
	changed *settings // nil: they stay
}

// deploy passes a change on to moto, and to the host if moto took it.
func (f *functionShim) deploy(next http.Handler, w http.ResponseWriter, r *http.Request, d deployment) {
	a := ask(next, r)
	if !a.ok() {
		a.send(w)
		return
	}
	var c configuration
	if err := json.Unmarshal(a.body.Bytes(), &c); err != nil {
		sendError(w, http.StatusInternalServerError, "ServiceException", fmt.Sprintf("moto's answer: %v", err))
		return
	}
	err := f.host.Deploy(c.function(d.zip))
	if err == nil && d.publish {
		err = f.host.Publish(c.FunctionName, c.Version)
	}
	if err != nil {
		sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
		return
	}
	o := a.object()
	f.update(c.FunctionName, d.changed).complete(o, c.FunctionName)
	a.setObject(o)
	a.send(w)
}

func (f *functionShim) remove(next http.Handler, w http.ResponseWriter, r *http.Request, call functionCall) {
	a := ask(next, r)
	if a.ok() {
		f.host.Delete(call.name, call.qualifier)
		if call.qualifier == "" {
			f.mu.Lock()
			delete(f.byName, call.name)
			f.mu.Unlock()
		}
	}
	a.send(w)
}

func (f *functionShim) get(next http.Handler, w http.ResponseWriter, r *http.Request, call functionCall) {
	a := ask(next, r)
	if o := a.object(); a.ok() && o != nil {
		s := f.update(call.name, nil)
		if inner, ok := o["Configuration"].(map[string]any); ok { // GetFunction
			s.complete(inner, call.name)
			if s.reserved != nil { // moto takes 0 for none
				o["Concurrency"] = map[string]int{"ReservedConcurrentExecutions": *s.reserved}
			}
		} else {
			s.complete(o, call.name)
		}
		a.setObject(o)
	}
	a.send(w)
}

func (f *functionShim) publish(next http.Handler, w http.ResponseWriter, r *http.Request, call functionCall) {
	a := ask(next, r)
	if a.ok() {
		number, _ := a.object()["Version"].(string)
		if err := f.host.Publish(call.name, number); err != nil {
			sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
			return
		}
	}
	a.send(w)
}

func (f *functionShim) reserve(next http.Handler, w http.ResponseWriter, r *http.Request, call functionCall) {
	var limit struct{ ReservedConcurrentExecutions *int }
	body, err := readBody(r)
	if err == nil && r.Method == http.MethodPut {
		err = json.Unmarshal(body, &limit)
		if err == nil && limit.ReservedConcurrentExecutions == nil {
			err = errors.New("ReservedConcurrentExecutions is missing")
		}
	}
	if err != nil {
		sendError(w, http.StatusBadRequest, "InvalidParameterValueException", err.Error())
		return
	}
	a := ask(next, r)
	if a.ok() {
		if err := f.host.Reserve(call.name, limit.ReservedConcurrentExecutions); err != nil {
			sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
			return
		}
		f.mu.Lock()
		f.settingsOf(call.name).reserved = limit.ReservedConcurrentExecutions
		f.mu.Unlock()
	}
	a.send(w)
}

func (f *functionShim) alias(next http.Handler, w http.ResponseWriter, r *http.Request, call functionCall) {
	a := ask(next, r)
	if !a.ok() {
		a.send(w)
		return
	}
	if r.Method == http.MethodDelete {
		f.host.DeleteAlias(call.name, call.item)
	} else {
		var alias struct{ Name, FunctionVersion string }
		err := json.Unmarshal(a.body.Bytes(), &alias)
		if err == nil {
			err = f.host.SetAlias(call.name, alias.Name, alias.FunctionVersion)
		}
		if err != nil {
			sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
			return
		}
	}
	a.send(w)
}
