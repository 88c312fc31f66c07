package rumtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rumline/rumline/shared/rum"
)

// Reference reads the event in a line with encoding/json, slowly and by the letter of the schema's document, so that the
// decoder and everything behind it can be held against it. It returns why there is none, if there is none. An event
// without an ID has none in its row.
func Reference(text []byte) (Row, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	members, err := orderedMembers(d)
	if err != nil {
		return nil, err
	}
	row := Row{}
	extra := map[string]string{}
	var problem error
	keep := func(key string, raw json.RawMessage) {
		v, err := extraText(key, raw)
		if err != nil && problem == nil {
			problem = err
		}
		_, known := extra[key]
		if v != nil && err == nil && (known || len(extra) < 32) {
			extra[key] = *v
		}
	}
	for _, m := range members {
		i, known := rum.Lookup(m.key)
		if !known {
			keep(m.key, m.value)
			continue
		}
		f := rum.Fields()[i]
		if f.Kind == rum.StringMap {
			if err := eachMember(m.value, keep); err != nil && problem == nil {
				problem = err
			}
			continue
		}
		delete(row, m.key)
		v, err := referenceValue(f, m.value)
		if err != nil && problem == nil {
			problem = err
		}
		if v != nil {
			row[m.key] = v
		}
	}
	row["extra"] = extra
	if problem == nil {
		problem = referenceRules(row)
	}
	return row, problem
}

type member struct {
	key   string
	value json.RawMessage
}

// orderedMembers keeps what a map would lose: the order, and keys that come twice.
func orderedMembers(d *json.Decoder) ([]member, error) {
	var whole json.RawMessage
	if err := d.Decode(&whole); err != nil {
		return nil, fmt.Errorf("syntax: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) { // not More: a bracket too many is none to it
		return nil, fmt.Errorf("syntax: there is something behind the value")
	}
	if whole[0] != '{' {
		return nil, fmt.Errorf("not an object")
	}
	var members []member
	return members, eachMember(whole, func(k string, v json.RawMessage) { members = append(members, member{k, v}) })
}

func eachMember(object json.RawMessage, f func(string, json.RawMessage)) error {
	if string(object) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("not an object")
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return err
		}
		f(k.(string), v)
	}
	return nil
}

func extraText(key string, raw json.RawMessage) (*string, error) {
	text := string(raw)
	switch raw[0] {
	case 'n':
		return nil, nil
	case '"':
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
	}
	if len([]rune(key)) > 1024 || len([]rune(text)) > 1024 {
		return nil, fmt.Errorf("extra too long")
	}
	return &text, nil
}

func referenceValue(f rum.Field, raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	var v any = json.Number(raw)
	if c := raw[0]; c != '-' && (c < '0' || c > '9') {
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, err
		}
	}
	switch f.Kind {
	case rum.String:
		s, ok := v.(string)
		if !ok || len([]rune(s)) > f.MaxChars {
			return nil, fmt.Errorf("%s: bad string", f.Name)
		}
		return s, nil
	case rum.UUID:
		s, ok := v.(string)
		id, err := uuid.Parse(s)
		if !ok || err != nil || id == uuid.Nil {
			return nil, fmt.Errorf("%s: bad UUID", f.Name)
		}
		return id.String(), nil
	case rum.Timestamp:
		return referenceTime(f, v)
	case rum.Bool:
		b, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("%s: no bool", f.Name)
		}
		return b, nil
	case rum.StringList:
		list, ok := v.([]any)
		if !ok {
			return nil, fmt.Errorf("%s: no list", f.Name)
		}
		texts := []string{}
		for _, e := range list {
			s, ok := e.(string)
			if !ok || len([]rune(s)) > f.MaxChars {
				return nil, fmt.Errorf("%s: bad element", f.Name)
			}
			texts = append(texts, s)
		}
		return texts, nil
	case rum.Float32, rum.Float64:
		return referenceFloat(f, v)
	default:
		return referenceUint(f, v)
	}
}

func referenceTime(f rum.Field, v any) (any, error) {
	var ms float64
	switch v := v.(type) {
	case string:
		t, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return nil, err
		}
		ms = float64(t.UnixMilli())
	case json.Number:
		n, err := v.Float64()
		if err != nil {
			return nil, err
		}
		ms = math.Floor(n)
	default:
		return nil, fmt.Errorf("%s: no time", f.Name)
	}
	if y := time.UnixMilli(int64(ms)).UTC().Year(); math.Abs(ms) > 1e15 || y < 2000 || y > 2099 {
		return nil, fmt.Errorf("%s: year", f.Name)
	}
	return int64(ms), nil
}

func referenceFloat(f rum.Field, v any) (any, error) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, fmt.Errorf("%s: no number", f.Name)
	}
	x, err := n.Float64()
	if err != nil || x < f.Min || x > f.Max {
		return nil, fmt.Errorf("%s: range", f.Name)
	}
	if f.Kind == rum.Float32 {
		x = float64(float32(x))
	}
	if x == 0 {
		x = 0
	}
	return x, nil
}

func referenceUint(f rum.Field, v any) (any, error) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, fmt.Errorf("%s: no number", f.Name)
	}
	if u, err := strconv.ParseUint(strings.TrimPrefix(n.String(), "-"), 10, 64); err == nil {
		if float64(u) > f.Max || u > 0 && n[0] == '-' {
			return nil, fmt.Errorf("%s: range", f.Name)
		}
		return u, nil
	}
	x, err := n.Float64()
	if err != nil || x != math.Trunc(x) || x < 0 || x > f.Max || x > 1<<53 {
		return nil, fmt.Errorf("%s: range", f.Name)
	}
	return uint64(x), nil
}

func referenceRules(row Row) error {
	for _, f := range rum.Fields() {
		v, there := row[f.Name]
		if f.Required && (!there && f.Name != "event_id" || v == "") {
			return fmt.Errorf("%s: missing", f.Name)
		}
	}
	event, received := row["event_ts"].(int64), row["received_ts"].(int64)
	types := []string{"page_view", "page_update", "soft_nav", "resource", "xhr", "error", "report", "custom"}
	switch {
	case row["schema_version"] != uint64(1):
		return fmt.Errorf("version")
	case !strings.Contains(" "+strings.Join(types, " ")+" ", " "+row["event_type"].(string)+" "):
		return fmt.Errorf("event type")
	case strings.ContainsAny(row["event_type"].(string), " "):
		return fmt.Errorf("event type")
	case strings.ContainsAny(row["url_path"].(string), "?#"), strings.ContainsAny(row["url_host"].(string), "/?#@"):
		return fmt.Errorf("url")
	case event-received > 24*time.Hour.Milliseconds(), received-event > 7*24*time.Hour.Milliseconds():
		return fmt.Errorf("times")
	}
	return nil
}

// Difference says where two rows differ; "" when they do not. An ID that is not wanted may be any.
func Difference(want, got Row) string {
	for _, f := range rum.Fields() {
		w, wanted := want[f.Name]
		g, there := got[f.Name]
		if !wanted && f.Name == "event_id" {
			continue
		}
		if wanted != there || !reflect.DeepEqual(w, g) {
			return fmt.Sprintf("%s is %#v, not %#v", f.Name, g, w)
		}
	}
	return ""
}
