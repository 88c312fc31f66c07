package lambdahost

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Latest is the version that deployments change.
const Latest = "$LATEST"

// Function is a deployed function, as the Lambda API describes it.
type Function struct {
	Name, ARN string
	// Role is the ARN of the role that the function plays.
	Role             string
	Runtime, Handler string
	Timeout          time.Duration
	MemoryMB         int
	Environment      map[string]string
	// Code is the zip. Nil keeps the code that the function has.
	Code []byte
}

// function is what the host knows of one name. Host.mu guards it.
type function struct {
	versions map[string]*version
	aliases  map[string]string
	reserved *int // concurrency; nil shares the account's
	running  int  // of the reserved concurrency
	active   int  // invocations
}

// version is one published state of code and configuration with its execution environments. Host.mu guards it.
type version struct {
	Function
	number  string
	code    string // folder
	idle    []*environment
	retired bool
}

// retire makes sure that no environment of v is used again and returns those to end now.
func (v *version) retire() []*environment {
	idle := v.idle
	v.idle, v.retired = nil, true
	return idle
}

// Check says whether the host can run f; the front door asks before it lets a deployment through.
func (h *Host) Check(f Function) error {
	if !strings.HasPrefix(f.Runtime, "provided.") {
		return fmt.Errorf("runtime %q of %s: the local Lambda host runs provided.al2023 only", f.Runtime, f.Name)
	}
	if f.Code == nil {
		return nil
	}
	if _, err := h.unpack(f.Code); err != nil {
		return fmt.Errorf("code of %s: %w", f.Name, err)
	}
	return nil
}

// Deploy creates or updates f's unpublished version. Environments of the former state finish what they do and end.
func (h *Host) Deploy(f Function) error {
	code := ""
	if f.Code != nil {
		var err error
		if code, err = h.unpack(f.Code); err != nil {
			return fmt.Errorf("code of %s: %w", f.Name, err)
		}
	}
	f.Code = nil // on disk from now on

	h.mu.Lock()
	fn := h.functions[f.Name]
	if fn == nil {
		fn = &function{versions: map[string]*version{}, aliases: map[string]string{}}
	}
	var stale []*environment
	if old := fn.versions[Latest]; old != nil {
		if code == "" {
			code = old.code
		}
		stale = old.retire()
	}
	if code == "" {
		h.mu.Unlock()
		return fmt.Errorf("deploy %s: there is no code", f.Name)
	}
	fn.versions[Latest] = &version{Function: f, number: Latest, code: code}
	h.functions[f.Name] = fn
	h.mu.Unlock()
	endAll(stale)
	return nil
}

// Publish freezes the present state of a function under a version number.
func (h *Host) Publish(name, number string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn := h.functions[name]
	if fn == nil {
		return &NotFoundError{Function: name}
	}
	latest := fn.versions[Latest]
	frozen := &version{Function: latest.Function, number: number, code: latest.code}
	frozen.Environment = maps.Clone(latest.Environment)
	fn.versions[number] = frozen
	return nil
}

// SetAlias points an alias of a function to a version.
func (h *Host) SetAlias(name, alias, number string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn := h.functions[name]
	if fn == nil {
		return &NotFoundError{Function: name}
	}
	fn.aliases[alias] = number
	return nil
}

// DeleteAlias removes an alias. One that is not there is no error.
func (h *Host) DeleteAlias(name, alias string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if fn := h.functions[name]; fn != nil {
		delete(fn.aliases, alias)
	}
}

// Reserve sets a function's reserved concurrency; nil removes it, 0 throttles every invocation.
func (h *Host) Reserve(name string, concurrency *int) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn := h.functions[name]
	if fn == nil {
		return &NotFoundError{Function: name}
	}
	fn.reserved = concurrency
	return nil
}

// Delete removes a function, or one version of it when qualifier is not empty. Invocations under way finish.
func (h *Host) Delete(name, qualifier string) {
	h.mu.Lock()
	var stale []*environment
	if fn := h.functions[name]; fn != nil {
		for _, number := range slices.Collect(maps.Keys(fn.versions)) {
			if qualifier == "" || qualifier == number {
				stale = append(stale, fn.versions[number].retire()...)
				delete(fn.versions, number)
			}
		}
		if qualifier == "" {
			delete(h.functions, name)
		}
	}
	h.mu.Unlock()
	endAll(stale)
}

// ParseName takes a function's name, partial or full ARN, each with or without a qualifier, apart.
func ParseName(s string) (name, qualifier string) {
	if _, after, ok := strings.Cut(s, ":function:"); ok {
		s = after
	}
	name, qualifier, _ = strings.Cut(s, ":")
	return name, qualifier
}

// find returns the version that a qualifier names. The caller holds h.mu.
func (h *Host) find(name, qualifier string) (*function, *version, error) {
	fn := h.functions[name]
	if fn == nil {
		return nil, nil, &NotFoundError{Function: name}
	}
	number := qualifier
	if number == "" {
		number = Latest
	}
	if aliased, ok := fn.aliases[number]; ok {
		number = aliased
	}
	v := fn.versions[number]
	if v == nil {
		return nil, nil, &NotFoundError{Function: name + ":" + qualifier}
	}
	return fn, v, nil
}
