package message

import (
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/slack-go/slack"
)

// alarm is what CloudWatch says of a change of an alarm's state, a composite one's too.
type alarm struct {
	AlarmName, AlarmDescription, AlarmArn string
	NewStateValue, OldStateValue          string
	NewStateReason                        string
	StateChangeTime                       string
	TriggeringChildren                    []struct{ Arn string }
	AWSAccountID                          string `json:"AWSAccountId"`
}

func (r Reader) alarm(a alarm) *slack.WebhookMessage {
	destination, kind := r.about(a.AlarmName)
	title, since := ":red_circle: ", "Since"
	switch a.NewStateValue {
	case "ALARM":
	case "OK":
		if a.OldStateValue == "INSUFFICIENT_DATA" {
			return nil // it was only made, or waited for its first data: nothing is resolved
		}
		title, since = ":large_green_circle: Resolved: ", "Resolved"
	default:
		return nil
	}
	if destination != "" {
		title += destination + ": "
	}
	title += kind + " (" + r.Environment + ")"

	d := describe(a.AlarmDescription)
	blocks := []slack.Block{}
	if d.sentence != "" {
		blocks = append(blocks, text(escape(d.sentence)))
	}
	blocks = append(blocks, table(
		field{"Environment", escape(r.Environment)}, field{"Destination", escape(destination)},
		field{since, a.since()}, field{"Causes", escape(strings.Join(a.children(), "\n"))},
	)...)
	if a.NewStateReason != "" {
		blocks = append(blocks, text("*Why:* "+escape(a.NewStateReason)))
	}
	if d.run != "" && a.NewStateValue == "ALARM" {
		blocks = append(blocks, code(d.run))
	}
	if links := join(link(a.console(), "Alarm and graph"), link(d.runbook, "Runbook")); links != "" {
		blocks = append(blocks, text(links))
	}
	return compose(title, blocks)
}

// about is the destination and the kind of an alarm. One that watches the whole environment has no destination.
func (r Reader) about(name string) (destination, kind string) {
	rest, ours := strings.CutPrefix(name, r.AlarmPrefix)
	if !ours {
		return "", name
	}
	if destination, code, ok := strings.Cut(rest, "-failure-"); ok {
		return destination, "failure-" + code
	}
	for _, kind := range []string{
		"dlq-depth", "message-age", "error-rate", "function-errors", "throttles", "imbalance", "duration", "quarantine-rate",
		"breaker-open", "destination-down",
	} {
		if destination, ok := strings.CutSuffix(rest, "-"+kind); ok {
			return destination, kind
		}
	}
	return "", rest
}

// since is when the state changed, and what CloudWatch wrote if that is no time.
func (a alarm) since() string {
	for _, layout := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339} {
		if t, err := time.Parse(layout, a.StateChangeTime); err == nil {
			return when(t)
		}
	}
	return escape(a.StateChangeTime)
}

// children are the names of the alarms that set off a composite one.
func (a alarm) children() []string {
	var names []string
	for _, child := range a.TriggeringChildren {
		_, name, _ := strings.Cut(child.Arn, ":alarm:")
		names = append(names, name)
	}
	return names
}

// console is the alarm's page, with its graph.
func (a alarm) console() string {
	parsed, err := arn.Parse(a.AlarmArn)
	if err != nil || parsed.Region == "" {
		return ""
	}
	host, ok := map[string]string{
		"aws": "console.aws.amazon.com", "aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com",
	}[parsed.Partition]
	if !ok {
		return ""
	}
	return "https://" + parsed.Region + "." + host + "/cloudwatch/home?region=" + parsed.Region +
		"#alarmsV2:alarm/" + url.PathEscape(a.AlarmName)
}

// description is what an alarm says of itself: a sentence, the command to run, and the page that explains.
type description struct{ sentence, run, runbook string }

func describe(s string) description {
	var d description
	var words []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if run, ok := strings.CutPrefix(line, "Run:"); ok {
			d.run = strings.TrimSpace(run)
		} else if page, ok := strings.CutPrefix(line, "Runbook:"); ok {
			d.runbook = strings.TrimSpace(page)
		} else if line != "" {
			words = append(words, line)
		}
	}
	d.sentence = strings.Join(words, "\n")
	return d
}

func join(parts ...string) string {
	var shown []string
	for _, p := range parts {
		if p != "" {
			shown = append(shown, p)
		}
	}
	return strings.Join(shown, "  ·  ")
}
