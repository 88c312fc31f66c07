package frontdoor

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// stateMachines answers what Terraform asks of Step Functions and moto does not know: the check of a definition, at
// plan, and the list of versions, of which moto makes none. It also names executions that are started without a name,
// which moto would all call None, so that the second one were refused.
func stateMachines() Middleware {
	answers := map[string]any{
		"ValidateStateMachineDefinition": map[string]any{"result": "OK", "diagnostics": []any{}, "truncated": false},
		"ListStateMachineVersions":       map[string]any{"stateMachineVersions": []any{}},
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			action, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
			if !ok {
				next.ServeHTTP(w, r)
				return
			}
			if known, ok := answers[action]; ok {
				sendJSON(w, http.StatusOK, known)
				return
			}
			if action == "StartExecution" {
				if err := nameExecution(r); err != nil {
					http.Error(w, err.Error(), http.StatusBadRequest)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

func nameExecution(r *http.Request) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var call map[string]any
	if json.Unmarshal(body, &call) == nil && call["name"] == nil {
		call["name"] = uuid.NewString()
		setJSON(r, call)
	}
	return nil
}
