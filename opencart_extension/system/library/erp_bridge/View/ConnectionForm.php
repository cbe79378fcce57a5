<?php

namespace ErpBridge\View;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The form of a connection, built from what the agent says a kind of ERP needs.
 */
final class ConnectionForm
{
    const FIRST_GROUP = 'Connection';

    /** The groups in the order of the form; those it does not know follow. */
    const GROUPS = [self::FIRST_GROUP, 'Catalogue', 'Customers', 'Orders', self::FROM_ERP];

    /** Where a kind of ERP names itself ("From Odoo"), its fields join those of every ERP. */
    const FROM_ERP = 'From the ERP';
    const TYPES = ['text', 'url', 'password', 'select', 'number', 'boolean', 'multiselect'];

    /** @var array<int, mixed> */
    private $kinds;

    /** @var array<string, mixed> */
    private $item;

    /** @var string */
    private $asked;

    /**
     * @param array<int, mixed>    $kinds the agent's connection-kinds
     * @param array<string, mixed> $item  the stored connection, empty for a new one
     * @param string               $asked the kind chosen for a new one
     */
    public function __construct(array $kinds, array $item, string $asked)
    {
        $this->kinds = $kinds;
        $this->item = $item;
        $this->asked = $asked;
    }

    /**
     * @return array<string, mixed>
     */
    public function data(): array
    {
        $kind = $this->kind();
        $settings = Plain::items($this->item, 'settings');
        $groups = array_fill_keys(self::GROUPS, null);

        foreach (Plain::items($kind, 'fields') as $field) {
            $name = Plain::text($field, 'group') ?: self::FIRST_GROUP;
            $name = $name === 'From ' . Plain::text($kind, 'label') ? self::FROM_ERP : $name;

            if (!isset($groups[$name])) {
                $groups[$name] = ['name' => $name, 'needed' => [], 'choices' => [], 'rest' => []];
            }

            $data = $this->field($field, $settings);
            $part = Plain::flag($field, 'required') ? 'needed' : ($data['choices'] ? 'choices' : 'rest');
            $groups[$name][$part][] = $data;
        }

        return [
            'id' => Plain::number($this->item, 'id'),
            'name' => Plain::text($this->item, 'name'),
            'kind' => Plain::text($kind, 'kind'),
            'kinds' => array_map(function ($each) {
                return ['kind' => Plain::text($each, 'kind'), 'label' => Plain::text($each, 'label')];
            }, $this->kinds),
            'groups' => array_map([$this, 'group'], array_values(array_filter($groups))),
            'is_new' => !$this->item,
        ];
    }

    /**
     * Return a group with what everybody fills in, and the rest, which stands aside among many others.
     *
     * @param array<string, mixed> $group
     *
     * @return array<string, mixed>
     */
    private function group(array $group): array
    {
        $isFirst = $group['name'] === self::FIRST_GROUP;
        $fields = array_merge($group['needed'], $group['choices']);

        return [
            'name' => $group['name'],
            'slug' => trim((string)preg_replace('/[^a-z0-9]+/', '_', strtolower($group['name'])), '_'),
            'fields' => $isFirst ? $fields : array_merge($fields, $group['rest']),
            'more' => $isFirst ? $group['rest'] : [],
        ];
    }

    /**
     * @return mixed the stored connection's kind, else the one asked for, else the first
     */
    private function kind()
    {
        $wanted = Plain::text($this->item, 'kind') ?: $this->asked;

        foreach ($this->kinds as $kind) {
            if (Plain::text($kind, 'kind') === $wanted) {
                return $kind;
            }
        }

        return $this->kinds ? $this->kinds[0] : [];
    }

    /**
     * @param mixed                    $field
     * @param array<int|string, mixed> $settings
     *
     * @return array<string, mixed>
     */
    private function field($field, array $settings): array
    {
        $name = Plain::text($field, 'name');
        $type = Plain::text($field, 'type');
        $type = in_array($type, self::TYPES, true) ? $type : 'text';
        $value = $this->value(array_key_exists($name, $settings) ? $settings[$name] : null, $field);
        $options = [];

        foreach (Plain::items($field, 'options') as $option) {
            $options[] = ['value' => Plain::text($option, 'value'), 'label' => Plain::text($option, 'label')];
        }

        return [
            'name' => $type === 'password' ? 'secret' : 'settings[' . $name . ']',
            'error' => $type === 'password' ? 'secret' : 'settings.' . $name,
            'key' => $name,
            'label' => Plain::text($field, 'label'),
            'type' => $type,
            'required' => Plain::flag($field, 'required') && !($type === 'password' && $this->hasSecret()),
            'help' => Plain::text($field, 'help'),
            'options' => $options,
            'choices' => !$options && ($type === 'select' || Plain::flag($field, 'choices')),
            'ticked' => $type === 'multiselect' ? self::several($value) : [],
            'value' => $type === 'password' ? '' : $value,
            'stored' => $type === 'password' && $this->hasSecret(),
        ];
    }

    private function hasSecret(): bool
    {
        return Plain::flag($this->item, 'has_secret');
    }

    /**
     * @param mixed $stored
     * @param mixed $field
     */
    private function value($stored, $field): string
    {
        if ($stored === null) {
            $stored = is_array($field) && isset($field['default']) ? $field['default'] : '';
        }

        if (is_bool($stored)) {
            return $stored ? '1' : '';
        }

        if (is_array($stored)) {
            return implode(',', array_filter($stored, 'is_scalar'));
        }

        return is_scalar($stored) ? (string)$stored : '';
    }

    /**
     * Return the values of a text that holds several with commas between them.
     *
     * @return string[]
     */
    private static function several(string $text): array
    {
        return array_values(array_filter(array_map('trim', explode(',', $text)), 'strlen'));
    }
}
