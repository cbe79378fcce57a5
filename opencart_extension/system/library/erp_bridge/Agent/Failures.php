<?php

namespace ErpBridge\Agent;

use ErpBridge\Problem;
use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Words for the ways in which a call to the agent can fail. The texts are in the language file under
 * ``problem_<code>_cause`` and ``problem_<code>_fix``, with ``_`` for the code's dots and dashes.
 */
final class Failures
{
    /** Codes that are mended on the settings screen. */
    const IN_SETTINGS = ['pairing.', 'signature.', 'agent.'];

    /** @var Words */
    private $words;

    /** @var string */
    private $url;

    public function __construct(Words $words, string $url)
    {
        $this->words = $words;
        $this->url = $url;
    }

    /**
     * @param array<string, string|int> $values
     */
    public function problem(string $code, array $values = []): Problem
    {
        $key = 'problem_' . str_replace(['.', '-'], '_', $code);
        $values['url'] = $this->url;

        return new Problem(
            $code,
            $this->words->get($key . '_cause', $values),
            $this->words->get($key . '_fix', $values),
            '',
            [],
            $this->whereFor($code)
        );
    }

    public function ofTransport(TransportFailure $failure): Problem
    {
        return $this->problem('agent.' . $failure->kind(), ['detail' => $failure->getMessage()]);
    }

    /**
     * Return the problem of an answer that is not JSON: another server answers at this address.
     */
    public function ofForeign(Answer $answer): Problem
    {
        $isHtml = stripos($answer->header('content-type'), 'html') !== false
            || stripos(ltrim($answer->body()), '<') === 0;

        if (in_array($answer->status(), [502, 503, 504], true)) {
            return $this->problem('agent.gateway', ['status' => $answer->status()]);
        }

        return $this->problem($isHtml ? 'agent.html' : 'agent.foreign', ['status' => $answer->status()]);
    }

    /**
     * Return the problem of an answer without a signature: the agent cannot sign before its key file
     * and its tables are there; anything else is no agent of ours.
     */
    public function ofUnsigned(Answer $answer): Problem
    {
        $json = json_decode($answer->body(), true);
        $code = isset($json['error']['code']) && is_string($json['error']['code']) ? $json['error']['code'] : '';

        if ($answer->status() === 503 && preg_match('/^(database|pairing|vault)\\.[a-z-]{1,40}$/D', $code)) {
            return $this->problem('agent.not-ready', ['code' => $code]);
        }

        return $this->problem('agent.unsigned', ['status' => $answer->status()]);
    }

    /**
     * Return the problem of a call whose signature the agent refused.
     *
     * The answer carries no signature itself, so its words are not shown; only its code is looked at.
     *
     * @param array<string, mixed> $json
     * @param string               $date the answer's Date header
     * @param int                  $now  Unix time
     */
    public function ofRefusal(array $json, string $date, int $now): Problem
    {
        $code = isset($json['error']['code']) && is_string($json['error']['code']) ? $json['error']['code'] : '';
        $there = $date === '' ? false : strtotime($date);
        $minutes = $there === false ? 0 : (int)round(abs($now - $there) / 60);

        if ($code === 'signature.clock' || ($code === '' && $minutes > 5)) {
            return $this->problem('signature.clock', ['minutes' => $minutes]);
        }

        $known = ['signature.key_unknown', 'signature.replay', 'signature.wrong', 'signature.missing'];

        return $this->problem(in_array($code, $known, true) ? $code : 'signature.wrong');
    }

    /**
     * Return the problem that the agent reports.
     *
     * @param array<string, mixed> $json
     */
    public function ofError(array $json, int $status): Problem
    {
        $error = isset($json['error']) && is_array($json['error']) ? $json['error'] : [];
        $text = function ($name) use ($error) {
            return isset($error[$name]) && is_scalar($error[$name]) ? (string)$error[$name] : '';
        };

        if ($text('cause') === '') {
            return $this->problem('agent.status', ['status' => $status]);
        }

        return new Problem(
            $text('code') ?: 'agent.status',
            $text('cause'),
            $text('fix'),
            $text('record'),
            $this->fields($error),
            ''
        );
    }

    /**
     * @param array<string, mixed> $error
     *
     * @return array<string, string[]>
     */
    private function fields(array $error): array
    {
        $fields = [];

        foreach (isset($error['fields']) && is_array($error['fields']) ? $error['fields'] : [] as $name => $texts) {
            $flat = [];
            $texts = (array)$texts;
            array_walk_recursive($texts, function ($text) use (&$flat) {
                $flat[] = (string)$text;
            });
            $fields[(string)$name] = $flat;
        }

        return $fields;
    }

    private function whereFor(string $code): string
    {
        foreach (self::IN_SETTINGS as $start) {
            if (strncmp($code, $start, strlen($start)) === 0) {
                return 'settings';
            }
        }

        return '';
    }
}
