// asynq: a task for each step, which enqueues the task of the next one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

type assignment struct {
	URL         string `json:"url"`
	Path        string `json:"path"`
	Concurrency int    `json:"concurrency"`
}

type order = map[string]any

// enqueuers is how many orders are sent at once: asynq has no call for several tasks.
const enqueuers = 32

func main() {
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(text string) error {
	var asked assignment
	if err := json.Unmarshal([]byte(text), &asked); err != nil {
		return err
	}
	orders, err := readLines(asked.Path)
	if err != nil {
		return err
	}
	redis, err := asynq.ParseRedisURI(asked.URL)
	if err != nil {
		return err
	}
	client := asynq.NewClient(redis)
	defer client.Close()
	ended := newTally(len(orders))
	server := asynq.NewServer(redis, asynq.Config{Concurrency: asked.Concurrency, LogLevel: asynq.FatalLevel})
	mux := asynq.NewServeMux()
	mux.HandleFunc("check", handOnTo(client, "reserve"))
	mux.HandleFunc("reserve", handOnTo(client, "confirm"))
	mux.HandleFunc("confirm", func(_ context.Context, task *asynq.Task) error {
		done, err := work(task.Payload())
		if err != nil {
			return err
		}
		return ended.end(done)
	})
	if err := server.Start(mux); err != nil {
		return err
	}
	startedAt := time.Now()
	if err := sendAll(client, orders); err != nil {
		return err
	}
	if err := <-ended.done; err != nil {
		return err
	}
	if err := waitUntilEmpty(redis); err != nil {
		return err
	}
	seconds := time.Since(startedAt).Seconds()
	server.Shutdown()
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"seconds":  seconds,
		"settings": map[string]any{"concurrency": asked.Concurrency, "enqueuedAtOnce": enqueuers},
	})
}

func handOnTo(client *asynq.Client, next string) func(context.Context, *asynq.Task) error {
	return func(_ context.Context, task *asynq.Task) error {
		done, err := work(task.Payload())
		if err != nil {
			return err
		}
		payload, err := json.Marshal(done)
		if err != nil {
			return err
		}
		_, err = client.Enqueue(asynq.NewTask(next, payload))
		return err
	}
}

func work(payload []byte) (order, error) {
	var done order
	err := json.Unmarshal(payload, &done)
	if err == nil {
		done["checked"] = true
	}
	return done, err
}

func sendAll(client *asynq.Client, orders []string) error {
	lines := make(chan string)
	failed := make(chan error, enqueuers)
	var senders sync.WaitGroup
	for range enqueuers {
		senders.Go(func() {
			for line := range lines {
				if _, err := client.Enqueue(asynq.NewTask("check", []byte(line))); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for _, line := range orders {
		select {
		case lines <- line:
		case err := <-failed:
			return err
		}
	}
	close(lines)
	senders.Wait()
	return nil
}

// waitUntilEmpty waits until the last tasks are acknowledged, too.
func waitUntilEmpty(redis asynq.RedisConnOpt) error {
	inspector := asynq.NewInspector(redis)
	defer inspector.Close()
	for {
		info, err := inspector.GetQueueInfo("default")
		if err != nil || info.Size == 0 {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// tally counts orders that have gone through their steps, each of them once.
type tally struct {
	mutex    sync.Mutex
	seen     map[float64]bool
	expected int
	done     chan error
}

func newTally(expected int) *tally {
	return &tally{seen: map[float64]bool{}, expected: expected, done: make(chan error, 1)}
}

func (t *tally) end(done order) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	number := done["order"].(float64)
	if t.seen[number] {
		t.done <- fmt.Errorf("order %v has ended twice", number)
	}
	t.seen[number] = true
	if len(t.seen) == t.expected {
		t.done <- nil
	}
	return nil
}

func readLines(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var lines []string
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	return lines, scanner.Err()
}
