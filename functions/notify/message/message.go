// Package message makes what people read in Slack of what arrives on the alarms' topic: CloudWatch's alarms, the replay's
// reports, AWS's budget notices. What it does not know it shows as it is, so that nothing is dropped.
package message

import (
	"bytes"
	"encoding/json"

	"github.com/slack-go/slack"

	"github.com/rumline/rumline/shared/replay"
)

// Reader reads the topic's messages.
type Reader struct {
	// Environment is what people call the environment.
	Environment string
	// AlarmPrefix begins the names of its alarms, such as rumline-prod-.
	AlarmPrefix string
}

// Read makes a Slack message of one of the topic's. It returns nil for what nobody needs to hear of: an alarm that lacks
// data.
func (r Reader) Read(subject, body string) *slack.WebhookMessage {
	if !json.Valid([]byte(body)) {
		return plain(subject, body)
	}
	var a alarm
	if json.Unmarshal([]byte(body), &a) == nil && a.AlarmName != "" && a.NewStateValue != "" {
		return r.alarm(a)
	}
	var p struct {
		Kind                   string
		Workspace, Environment string
		Report                 *replay.Report
	}
	if json.Unmarshal([]byte(body), &p) == nil && p.Kind == "replay_report" && p.Report != nil {
		return report(p.Environment, *p.Report)
	}
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(body), "", "  ") == nil {
		body = indented.String()
	}
	return plain(subject, body)
}

// plain shows a text as it is.
func plain(subject, body string) *slack.WebhookMessage {
	if subject == "" {
		subject = "Message on the alarms' topic"
	}
	return compose(":speech_balloon: "+subject, []slack.Block{code(body)})
}
