// Package account lets tests run in a real AWS account: in the one that was named, after saying what that does and costs, and only
// when that was confirmed.
package account

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// What the environment has to say before anything is done in an account.
const (
	// EnvAccount is the number of the account.
	EnvAccount = "RUMLINE_AWS_ACCOUNT"
	// EnvDSN is the DSN of a ClickHouse that the account's functions can reach, and this machine.
	EnvDSN = "RUMLINE_CLICKHOUSE_DSN"
	// EnvConfirm is 1 when what was said is to be done.
	EnvConfirm = "CONFIRM"
)

// Errors of Check.
var (
	// ErrRefused is that of an environment in which nothing may be done.
	ErrRefused = errors.New("nothing is done in an AWS account")
	// ErrUnconfirmed is that of an environment in which everything is in order but the confirmation.
	ErrUnconfirmed = errors.New("not confirmed")
)

var accountNumber = regexp.MustCompile(`^\d{12}$`)

// Identify asks AWS whose the credentials of the environment are: sts get-caller-identity.
type Identify func(context.Context) (account string, err error)

// Check says whether tests may run in an account: whether getenv names the account that identify finds. Its error wraps ErrRefused or,
// as the last thing that can be missing, ErrUnconfirmed.
func Check(ctx context.Context, getenv func(string) string, identify Identify) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
	}
	wanted := getenv(EnvAccount)
	switch {
	case wanted == "":
		return refuse("%s is not set: it has to name the account that the tests may use", EnvAccount)
	case !accountNumber.MatchString(wanted):
		return refuse("%s is %q: an account's number has 12 digits", EnvAccount, wanted)
	case getenv(EnvDSN) == "":
		return refuse("%s is not set: the functions need a ClickHouse that they can reach", EnvDSN)
	}
	// An emulator would play along, and show nothing.
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS"} {
		if getenv(name) != "" {
			return refuse("%s is set, so that is no AWS: unset it", name)
		}
	}
	got, err := identify(ctx)
	if err != nil {
		return fmt.Errorf("%w: whose the credentials are is not to be found out: %w", ErrRefused, err)
	}
	if got != wanted {
		return refuse("the credentials lead to account %s, and %s names %s", got, EnvAccount, wanted)
	}
	if getenv(EnvConfirm) != "1" {
		return fmt.Errorf("%w: run it again with %s=1", ErrUnconfirmed, EnvConfirm)
	}
	return nil
}

// NewName is a name that nothing in the account has: of the workspace and of the database.
func NewName() (workspace, database string) {
	var random [3]byte
	rand.Read(random[:]) // never fails, says its documentation
	workspace = "dev-tftest-" + hex.EncodeToString(random[:])
	return workspace, "rumline_" + strings.ReplaceAll(workspace, "-", "_")
}
