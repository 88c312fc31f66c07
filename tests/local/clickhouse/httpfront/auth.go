package httpfront

import (
	"crypto/subtle"
	"net/http"
)

// authenticate takes the credentials from where ClickHouse looks for them: its own headers, basic authentication, the query
// string.
func (f *Front) authenticate(r *http.Request) error {
	user, password := r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key")
	if user == "" && password == "" {
		var ok bool
		if user, password, ok = r.BasicAuth(); !ok {
			user, password = r.URL.Query().Get("user"), r.URL.Query().Get("password")
		}
	}
	if user == "" {
		user = "default"
	}
	userOK := subtle.ConstantTimeCompare([]byte(user), []byte(f.config.User))
	passwordOK := subtle.ConstantTimeCompare([]byte(password), []byte(f.config.Password))
	if userOK&passwordOK != 1 {
		return exception(authenticationFailed, "AUTHENTICATION_FAILED",
			user+": Authentication failed: password is incorrect, or there is no user with such name.")
	}
	return nil
}
