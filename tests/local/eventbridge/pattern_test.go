package eventbridge

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const alarmEvent = `{"version":"0","id":"1","detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch",
	"account":"123456789012","time":"2026-11-23T21:00:00Z","region":"us-east-1",
	"resources":["arn:aws:cloudwatch:us-east-1:123456789012:alarm:rumline-local-clickhouse-dlq-depth"],
	"detail":{"alarmName":"rumline-local-clickhouse-dlq-depth","state":{"value":"ALARM"},"previousState":{"value":"OK"},"n":3,"flag":true,"none":null}}`

func TestMatch(t *testing.T) {
	tests := []struct {
		name, pattern string
		want          bool
	}{
		{"nothing wanted", `{}`, true},
		{"exact", `{"source":["aws.cloudwatch"],"detail":{"state":{"value":["ALARM"]}}}`, true},
		{"one of several", `{"detail":{"state":{"value":["OK","ALARM"]}}}`, true},
		{"none of several", `{"detail":{"state":{"value":["OK","INSUFFICIENT_DATA"]}}}`, false},
		{"one of two members", `{"source":["aws.cloudwatch"],"detail":{"state":{"value":["OK"]}}}`, false},
		{"in a list", `{"resources":["arn:aws:cloudwatch:us-east-1:123456789012:alarm:rumline-local-clickhouse-dlq-depth"]}`, true},
		{"prefix in a list", `{"resources":[{"prefix":"arn:aws:cloudwatch:"}]}`, true},
		{"prefix", `{"detail":{"alarmName":[{"prefix":"rumline-local-"}]}}`, true},
		{"another prefix", `{"detail":{"alarmName":[{"prefix":"other"},"other"]}}`, false},
		{"suffix", `{"detail":{"alarmName":[{"suffix":"-dlq-depth"}]}}`, true},
		{"case", `{"detail":{"state":{"value":[{"equals-ignore-case":"alarm"}]}}}`, true},
		{"anything but", `{"detail":{"previousState":{"value":[{"anything-but":"ALARM"}]}}}`, true},
		{"anything but it", `{"detail":{"previousState":{"value":[{"anything-but":["OK","ALARM"]}]}}}`, false},
		{"anything but a prefix", `{"detail":{"alarmName":[{"anything-but":{"prefix":"rumline"}}]}}`, false},
		{"anything but, of nothing", `{"detail":{"missing":[{"anything-but":"x"}]}}`, false},
		{"exists", `{"detail":{"alarmName":[{"exists":true}],"other":[{"exists":false}]}}`, true},
		{"does not exist", `{"detail":{"alarmName":[{"exists":false}]}}`, false},
		{"a member of what is not there", `{"detail":{"no":{"such":["x"]}}}`, false},
		{"numbers", `{"detail":{"n":[{"numeric":[">",1,"<=",3]}]}}`, true},
		{"other numbers", `{"detail":{"n":[{"numeric":[">",3]}]}}`, false},
		{"a boolean and null", `{"detail":{"flag":[true],"none":[null]}}`, true},
		{"null is not nothing", `{"detail":{"missing":[null]}}`, false},
		{"or", `{"$or":[{"source":["x"]},{"detail":{"n":[3]}}]}`, true},
		{"neither", `{"$or":[{"source":["x"]},{"detail":{"n":[4]}}]}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Match([]byte(tt.pattern), []byte(alarmEvent))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// What is not understood is an error, also where the rest does not match.
func TestMatchRefuses(t *testing.T) {
	for _, pattern := range []string{
		`{"source":"aws.cloudwatch"}`, `{"source":["x"],"detail":{"alarmName":[{"wildcard":"*"}]}}`, `{"detail":{"ip":[{"cidr":"10.0.0.0/8"}]}}`,
		`{"detail":{"n":[{"numeric":["~",1]}]}}`, `{"detail":{"n":[{"numeric":[]}]}}`, `{"source":[{"prefix":"a","suffix":"b"}]}`, `{`,
	} {
		_, err := Match([]byte(pattern), []byte(alarmEvent))
		require.Error(t, err, pattern)
	}
}

func TestInput(t *testing.T) {
	path := func(s string) *string { return &s }
	tests := []struct {
		name string
		in   Input
		want string
		err  string
	}{
		{name: "the event", want: alarmEvent},
		{name: "a constant", in: Input{Constant: path(`{"destination":"clickhouse"}`)}, want: `{"destination":"clickhouse"}`},
		{name: "a part", in: Input{Path: path("$.detail.state")}, want: `{"value":"ALARM"}`},
		{
			name: "a template", in: Input{
				Paths:    map[string]string{"name": "$.detail.alarmName", "n": "$.detail.n", "state": "$.detail.state", "arn": "$.resources[0]", "gone": "$.detail.gone"},
				Template: path(`{"alarm":<name>,"text":"<name> is <n>","n":<n>,"state":<state>,"arn":<arn>,"gone":"<gone>","rule":"<aws.events.rule-name>"}`),
			},
			want: `{"alarm":"rumline-local-clickhouse-dlq-depth","text":"rumline-local-clickhouse-dlq-depth is 3","n":3,"state":{"value":"ALARM"},
				"arn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:rumline-local-clickhouse-dlq-depth","gone":"","rule":"r"}`,
		},
		{name: "the event in a template", in: Input{Template: path(`{"all":<aws.events.event>}`)}, want: `{"all":` + alarmEvent + `}`},
		{name: "an unknown name", in: Input{Template: path(`{"x":<y>}`)}, err: "<y>"},
		{name: "a path of another kind", in: Input{Path: path("$..x")}, err: "$..x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.in.Of([]byte(alarmEvent), "r")
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.JSONEq(t, tt.want, string(got))
		})
	}
}
