package cloud

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
)

// item is an item in DynamoDB's JSON: {"id":{"S":"…"},…}.
type item map[string]value

type value map[string]string

// request has what is used of the requests, all operations together.
type request struct {
	TableName                 string
	Key, Item                 item
	ConditionExpression       string
	UpdateExpression          string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item
	RequestItems              json.RawMessage
	Statements                []statement

	ReturnValues, ReturnValuesOnConditionCheckFailure string
}

// failure is an answer that is an error.
type failure struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
	Item    item   `json:"Item,omitempty"`
}

func (f *failure) Error() string { return f.Type + ": " + f.Message }

func refused(format string, args ...any) error {
	return &failure{Type: "com.amazon.coral.validate#ValidationException", Message: fmt.Sprintf(format, args...)}
}

func (c *Cloud) serveDynamoDB(w http.ResponseWriter, r *http.Request, target string) {
	var in request
	status, out := http.StatusOK, any(struct{}{})
	err := json.NewDecoder(r.Body).Decode(&in)
	if err != nil {
		err = refused("cannot be read: %v", err)
	} else {
		out, err = c.operate(strings.TrimPrefix(target, "DynamoDB_20120810."), &in)
	}
	if err != nil {
		status, out = http.StatusBadRequest, err
	}
	body, err := json.Marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.WriteHeader(status)
	_, _ = w.Write(body) // who has gone needs no answer
}

func (c *Cloud) operate(operation string, in *request) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts.Requests++
	switch operation {
	case "GetItem":
		found := c.read(in.TableName, in.Key)
		return map[string]item{"Item": found}, nil
	case "PutItem":
		return struct{}{}, c.write(in, in.Item["id"]["S"], func(item) (item, error) { return in.Item, nil })
	case "UpdateItem":
		return c.update(in)
	case "DeleteItem":
		return struct{}{}, c.write(in, in.Key["id"]["S"], func(item) (item, error) { return nil, nil })
	case "BatchGetItem":
		return c.batchGet(in)
	case "BatchWriteItem":
		return c.batchWrite(in)
	case "BatchExecuteStatement":
		return c.execute(in)
	default:
		return nil, refused("%s is not known here", operation)
	}
}

func (c *Cloud) read(table string, key item) item {
	found := c.tables[table][key["id"]["S"]]
	c.counts.Reads += max(1, units(found, 4<<10))
	return found
}

// write changes an item if the condition holds, and counts the write also if it does not, as DynamoDB does.
func (c *Cloud) write(in *request, id string, change func(item) (item, error)) error {
	if id == "" {
		return refused("the key id is missing")
	}
	old := c.tables[in.TableName][id]
	holds, err := in.holds(old)
	if err != nil {
		return err
	}
	if !holds {
		c.counts.Writes += max(1, units(old, 1<<10))
		f := &failure{Type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", Message: "The conditional request failed"}
		if in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" {
			f.Item = old
		}
		return f
	}
	changed, err := change(old)
	if err != nil {
		return err
	}
	c.counts.Writes += max(1, units(old, 1<<10), units(changed, 1<<10))
	c.store(in.TableName, id, changed)
	return nil
}

func (c *Cloud) store(table, id string, i item) {
	if c.tables[table] == nil {
		c.tables[table] = map[string]item{}
	}
	if i == nil {
		delete(c.tables[table], id)
		return
	}
	c.tables[table][id] = i
}

func (c *Cloud) update(in *request) (any, error) {
	var old, updated item
	err := c.write(in, in.Key["id"]["S"], func(there item) (item, error) {
		old = there
		var err error
		updated, err = in.updated(there)
		return updated, err
	})
	if err != nil {
		return nil, err
	}
	switch in.ReturnValues {
	case "", "NONE":
		return struct{}{}, nil
	case "ALL_OLD":
		return map[string]item{"Attributes": old}, nil
	case "ALL_NEW":
		return map[string]item{"Attributes": updated}, nil
	default:
		return nil, refused("ReturnValues %s is not known here", in.ReturnValues)
	}
}

// units counts an item's size by the started unit (docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
func units(i item, unit int) int64 {
	size := 0
	for name, v := range i {
		size += len(name)
		for kind, text := range v {
			switch kind {
			case "N":
				size += (len(text)+1)/2 + 1
			case "B":
				size += len(text) * 3 / 4
			default:
				size += len(text)
			}
		}
	}
	return int64((size + unit - 1) / unit)
}
