// Package webhook posts messages to a Slack webhook whose address is a secret: it is read from Secrets Manager, kept for as
// long as Slack takes it, and found in no log and no error.
package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/slack-go/slack"
)

// Secrets is what of Secrets Manager is needed.
type Secrets interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// Webhook is where messages go.
type Webhook struct {
	// Secret is the ARN of the secret whose string is the webhook's URL.
	Secret  string
	Secrets Secrets
	Client  *http.Client

	mu      sync.Mutex
	address string
}

// margin is what is left of the function's time when a wait ends.
const margin = 2 * time.Second

// Post posts a message. It waits when Slack asks it to, as long as ctx allows, and reads the secret again when Slack does
// not know the webhook any more. Its errors never have the address in them.
func (w *Webhook) Post(ctx context.Context, m *slack.WebhookMessage) error {
	for renewed := false; ; {
		address, err := w.read(ctx)
		if err != nil {
			return err
		}
		err = slack.PostWebhookCustomHTTPContext(ctx, address, w.Client, m)
		if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
			if err := wait(ctx, limited.RetryAfter); err != nil {
				return err
			}
			continue
		}
		status, ok := errors.AsType[slack.StatusCodeError](err)
		if ok && slices.Contains([]int{http.StatusForbidden, http.StatusNotFound, http.StatusGone}, status.Code) {
			w.forget(address)
			if !renewed {
				renewed = true
				continue
			}
			return fmt.Errorf("post to Slack: it answers %d: the webhook in secret %s was revoked; %s", status.Code, w.Secret, w.howTo())
		}
		return clean(err)
	}
}

// read returns the address, from Secrets Manager if it is not known.
func (w *Webhook) read(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.address != "" {
		return w.address, nil
	}
	out, err := w.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &w.Secret})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return "", fmt.Errorf("the Slack webhook is not set: %s", w.howTo())
	}
	if err != nil {
		return "", fmt.Errorf("read the Slack webhook's secret: %w", err)
	}
	address := strings.TrimSpace(aws.ToString(out.SecretString))
	if parsed, err := url.Parse(address); err != nil || !slices.Contains([]string{"http", "https"}, parsed.Scheme) || parsed.Host == "" {
		return "", fmt.Errorf("the Slack webhook in secret %s is no URL: %s", w.Secret, w.howTo())
	}
	w.address = address
	return address, nil
}

// forget drops an address that Slack refused, unless somebody has read another one meanwhile.
func (w *Webhook) forget(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.address == address {
		w.address = ""
	}
}

func (w *Webhook) howTo() string {
	return "set it with `aws secretsmanager put-secret-value --secret-id " + w.Secret + " --secret-string file:///dev/stdin`"
}

// wait waits as long as Slack asks for, or says at once that there is no time for it.
func wait(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d+margin {
		return fmt.Errorf("post to Slack: it wants to be left alone for %s, which is more time than there is", d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for Slack: %w", ctx.Err())
	}
}

// clean takes the address out of an error: net/http puts it into each of its own.
func clean(err error) error {
	if err == nil {
		return nil
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("post to Slack: %w", failed.Err)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return fmt.Errorf("post to Slack: it answers %d", status.Code)
	}
	return errors.New("post to Slack: the webhook in the secret cannot be used")
}
