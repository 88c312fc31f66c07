package cloud

import (
	"encoding/json"
	"regexp"
	"strings"
)

func (c *Cloud) batchGet(in *request) (any, error) {
	var tables map[string]struct{ Keys []item }
	if err := json.Unmarshal(in.RequestItems, &tables); err != nil {
		return nil, refused("cannot be read: %v", err)
	}
	found := map[string][]item{}
	for table, wanted := range tables {
		if len(wanted.Keys) > maxReads {
			return nil, refused("%d keys are more than %d", len(wanted.Keys), maxReads)
		}
		for _, key := range wanted.Keys {
			if i := c.read(table, key); i != nil {
				found[table] = append(found[table], i)
			}
		}
	}
	return map[string]any{"Responses": found, "UnprocessedKeys": struct{}{}}, nil
}

// The services' limits of a request (docs.aws.amazon.com/amazondynamodb/latest/APIReference).
const (
	maxReads  = 100
	maxWrites = 25
)

func (c *Cloud) batchWrite(in *request) (any, error) {
	var tables map[string][]struct {
		PutRequest    *struct{ Item item }
		DeleteRequest *struct{ Key item }
	}
	if err := json.Unmarshal(in.RequestItems, &tables); err != nil {
		return nil, refused("cannot be read: %v", err)
	}
	for table, writes := range tables {
		if len(writes) > maxWrites {
			return nil, refused("%d writes are more than %d", len(writes), maxWrites)
		}
		for _, w := range writes {
			one := &request{TableName: table}
			var err error
			switch {
			case w.PutRequest != nil:
				err = c.write(one, w.PutRequest.Item["id"]["S"], func(item) (item, error) { return w.PutRequest.Item, nil })
			case w.DeleteRequest != nil:
				err = c.write(one, w.DeleteRequest.Key["id"]["S"], func(item) (item, error) { return nil, nil })
			default:
				err = refused("a write is neither")
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return map[string]any{"UnprocessedItems": struct{}{}}, nil
}

type statement struct {
	Statement  string
	Parameters []value
}

var (
	insertStatement = regexp.MustCompile(`^\s*INSERT\s+INTO\s+"?([A-Za-z0-9_.-]+)"?\s+VALUE\s+\{(.*)\}\s*$`)
	insertedName    = regexp.MustCompile(`^\s*'([^']+)'\s*:\s*\?\s*$`)
)

// execute runs PartiQL's INSERT, which is refused where there is an item. Each statement has a fate of its own.
func (c *Cloud) execute(in *request) (any, error) {
	if len(in.Statements) > maxWrites {
		return nil, refused("%d statements are more than %d", len(in.Statements), maxWrites)
	}
	type fate struct {
		TableName string
		Error     *struct{ Code, Message string } `json:",omitempty"`
	}
	fates := make([]fate, len(in.Statements))
	for n, s := range in.Statements {
		table, i, err := s.inserted()
		if err != nil {
			return nil, err
		}
		fates[n].TableName = table
		id := i["id"]["S"]
		old := c.tables[table][id]
		c.counts.Writes += max(1, units(old, 1<<10), units(i, 1<<10))
		if old != nil {
			fates[n].Error = &struct{ Code, Message string }{"DuplicateItem", "Duplicate primary key exists in table"}
			continue
		}
		c.store(table, id, i)
	}
	return map[string]any{"Responses": fates}, nil
}

func (s statement) inserted() (table string, i item, err error) {
	match := insertStatement.FindStringSubmatch(s.Statement)
	if match == nil {
		return "", nil, refused("the statement %q is not known here", s.Statement)
	}
	names := strings.Split(match[2], ",")
	if len(names) != len(s.Parameters) {
		return "", nil, refused("%d parameters for %q", len(s.Parameters), s.Statement)
	}
	i = item{}
	for n, part := range names {
		name := insertedName.FindStringSubmatch(part)
		if name == nil {
			return "", nil, refused("the statement %q is not known here", s.Statement)
		}
		i[name[1]] = s.Parameters[n]
	}
	if i["id"]["S"] == "" {
		return "", nil, refused("the key id is missing in %q", s.Statement)
	}
	return match[1], i, nil
}
