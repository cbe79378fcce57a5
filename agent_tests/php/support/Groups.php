<?php

namespace ErpBridgeTests;

/**
 * OpenCart's model of user groups with one group.
 */
final class Groups
{
    /** @var array<string, string[]> */
    public $permission = ['access' => [], 'modify' => []];

    /**
     * @return array<string, mixed>
     */
    public function getUserGroup(int $id): array
    {
        return ['name' => 'Administrator', 'permission' => $this->permission];
    }

    public function addPermission(int $id, string $right, string $route): void
    {
        $this->permission[$right][] = $route;
    }
}
