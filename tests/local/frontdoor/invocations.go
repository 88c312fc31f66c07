package frontdoor

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Lambda's limits for an invocation's payload, in bytes.
const (
	maxSyncPayload  = 6 << 20
	maxAsyncPayload = 1 << 20
)

// invocations hands Invoke to the host.
func invocations(host *lambdahost.Host) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			call, ok := parseFunctionCall(r)
			if !ok || call.operation != "POST invocations" {
				next.ServeHTTP(w, r)
				return
			}
			invoke(host, w, r, call) //nolint:contextcheck // a function runs on when its caller leaves
		})
	}
}

func invoke(host *lambdahost.Host, w http.ResponseWriter, r *http.Request, call functionCall) {
	kind := r.Header.Get("X-Amz-Invocation-Type")
	req, ok := readRequest(w, r, call, kind == "Event")
	if !ok {
		return
	}
	switch kind {
	case "Event":
		if err := host.InvokeAsync(req); err != nil {
			sendInvokeError(w, err)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	case "DryRun":
		if err := host.Exists(req); err != nil {
			sendInvokeError(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	case "", "RequestResponse":
		result, err := host.Invoke(req)
		if err != nil {
			sendInvokeError(w, err)
			return
		}
		sendResult(w, result, r.Header.Get("X-Amz-Log-Type") == "Tail")
	default:
		sendError(w, http.StatusBadRequest, "InvalidParameterValueException", "unknown invocation type "+kind)
	}
}

func readRequest(w http.ResponseWriter, r *http.Request, call functionCall, async bool) (lambdahost.Request, bool) {
	limit := maxSyncPayload
	if async {
		limit = maxAsyncPayload
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	switch {
	case err != nil:
		sendError(w, http.StatusBadRequest, "InvalidRequestContentException", err.Error())
		return lambdahost.Request{}, false
	case len(payload) > limit:
		sendError(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			"Request must be smaller than the limit for the InvokeFunction operation")
		return lambdahost.Request{}, false
	case len(payload) > 0 && !json.Valid(payload):
		sendError(w, http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")
		return lambdahost.Request{}, false
	}
	clientContext, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Amz-Client-Context"))
	if err != nil {
		sendError(w, http.StatusBadRequest, "InvalidRequestContentException", "Client context must be base64-encoded")
		return lambdahost.Request{}, false
	}
	return lambdahost.Request{
		Function: call.reference, Qualifier: call.qualifier, Payload: payload, ClientContext: string(clientContext),
	}, true
}

func sendResult(w http.ResponseWriter, result lambdahost.Result, withTail bool) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amzn-Requestid", result.Report.RequestID)
	h.Set("X-Amz-Executed-Version", result.Version)
	if result.FunctionError != "" {
		h.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if withTail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.LogTail))
	}
	payload := result.Payload
	if len(payload) == 0 {
		payload = []byte("null")
	}
	w.Write(payload) //nolint:errcheck,gosec // a client that is gone
}

func sendInvokeError(w http.ResponseWriter, err error) {
	var missing *lambdahost.NotFoundError
	var throttled *lambdahost.ThrottledError
	switch {
	case errors.As(err, &missing):
		sendError(w, http.StatusNotFound, "ResourceNotFoundException", err.Error())
	case errors.As(err, &throttled):
		reason := "ConcurrentInvocationLimitExceeded"
		if throttled.Reserved {
			reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
		}
		w.Header().Set("X-Amzn-Errortype", "TooManyRequestsException")
		sendJSON(w, http.StatusTooManyRequests, map[string]string{"Type": "User", "Reason": reason, "message": err.Error()})
	default:
		sendError(w, http.StatusInternalServerError, "ServiceException", err.Error())
	}
}
